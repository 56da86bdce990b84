import datetime as dt
import json

from platforms.instagram.checkpoint import Checkpoint

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def test_a_checkpoint_survives_being_stored() -> None:
    checkpoint = Checkpoint(
        container_id="178",
        made_at=(NOON, NOON + dt.timedelta(minutes=1)),
        attempts=1,
        polls=2,
        is_unclear=True,
        quota_usage=0,
        clear_reading_at=NOON,
    )

    assert Checkpoint.parse(json.loads(json.dumps(checkpoint.stored()))) == checkpoint


def test_nothing_stored_is_the_beginning() -> None:
    assert Checkpoint.parse({}) == Checkpoint()


def test_a_new_container_forgets_what_was_seen_of_the_old_one_but_not_that_there_was_one() -> None:
    old = Checkpoint(container_id="1", made_at=(NOON,), polls=9, is_unclear=True, clear_reading_at=NOON)

    new = old.without_container().with_container("2", at=NOON, attempts=1)

    assert new == Checkpoint(container_id="2", made_at=(NOON, NOON), attempts=1)

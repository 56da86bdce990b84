import dataclasses
import datetime as dt
import json

from platforms.instagram.checkpoint import Checkpoint, Draft

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def test_a_checkpoint_survives_being_stored() -> None:
    child = Draft(container_id="177", made_at=(NOON,), upload_to="https://u/177", is_sent=True, finished_in=1)
    checkpoint = Checkpoint(
        draft=Draft(
            container_id="178",
            made_at=(NOON, NOON + dt.timedelta(minutes=15)),
            attempts=2,
            polls=7,
        ),
        children=(child, Draft()),
        is_unclear=True,
        absences=1,
        quota_usage=3,
        clear_reading_at=NOON,
    )

    assert Checkpoint.parse(json.loads(json.dumps(checkpoint.stored()))) == checkpoint


def test_a_new_publication_has_an_empty_checkpoint() -> None:
    assert Checkpoint.parse({}) == Checkpoint()


def test_a_new_container_forgets_what_was_seen_of_the_one_before() -> None:
    draft = Draft(container_id="1", made_at=(NOON,), polls=9)
    old = Checkpoint(draft=draft, is_unclear=True, clear_reading_at=NOON)

    new = old.with_draft(draft.with_container("2", at=NOON, attempts=1))

    assert new == Checkpoint(draft=Draft(container_id="2", made_at=(NOON, NOON), attempts=1))


def test_a_carousel_that_is_made_anew_gets_new_containers_for_all_its_files() -> None:
    made = Draft(container_id="1", made_at=(NOON,), finished_in=0)
    old = Checkpoint(draft=dataclasses.replace(made, container_id="9"), children=(made, made))

    new = old.without_container()

    assert [child.container_id for child in (new.draft, *new.children)] == ["", "", ""]
    assert all(child.made_at == (NOON,) for child in new.children)

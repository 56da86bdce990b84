import dataclasses
import datetime as dt
import json

from platforms.facebook.checkpoint import Checkpoint, VideoUpload

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
FULL = Checkpoint(
    is_ready=True,
    photo_ids=("7", "8"),
    photos_at=NOON,
    video_url="https://cloud.example/1.mp4",
    video=VideoUpload(id="9", session_id="s", address="https://up.example/9", offset=3, end=5, attempts=1),
    videos_at=(NOON,),
    story_id="10",
    is_accepted=True,
    problem="Too long.",
    is_hopeless=True,
    absences=2,
    unclear_since=NOON,
    clear_reading_at=NOON,
)


def test_a_checkpoint_comes_back_from_json_as_it_was() -> None:
    assert Checkpoint.parse(json.loads(json.dumps(FULL.stored()))) == FULL
    assert all(value for value in dataclasses.asdict(FULL).values())


def test_an_empty_one_is_the_beginning() -> None:
    assert Checkpoint.parse({}) == Checkpoint()


def test_a_new_video_remembers_when_the_earlier_ones_were_begun_and_why_they_failed() -> None:
    anew = FULL.without_video("Too long.")

    assert anew == Checkpoint(videos_at=(NOON,), absences=2, problem="Too long.")

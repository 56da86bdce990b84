from typing import Any

import pytest

from platforms.facebook.video_status import Stage, read_status


def phases(
    uploading: str, processing: str, publishing: str, outcome: str = "", **more: Any
) -> dict[str, Any]:
    publishing_phase = {"status": publishing, **({"publish_status": outcome} if outcome else {})}
    return {
        "uploading_phase": {"status": uploading},
        "processing_phase": {"status": processing},
        "publishing_phase": publishing_phase,
        **more,
    }


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        (phases("in_progress", "not_started", "not_started"), Stage.SENT_IN_PART),
        (phases("in_progress", "not_started", "not_started", video_status="processing"), Stage.SENT_IN_PART),
        (phases("complete", "not_started", "not_started"), Stage.SENT),
        (phases("completed", "not_started", "not_started", video_status="upload_complete"), Stage.SENT),
        (phases("complete", "in_progress", "not_started"), Stage.PROCESSED),
        (phases("complete", "complete", "in_progress", "published"), Stage.PROCESSED),
        (phases("complete", "complete", "not_started", "published"), Stage.PROCESSED),
        (phases("complete", "complete", "complete", "published"), Stage.PUBLISHED),
        (phases("completed", "completed", "completed", "published"), Stage.PUBLISHED),
        (phases("complete", "complete", "not_started", "scheduled"), Stage.SCHEDULED),
        (phases("complete", "complete", "complete", "draft"), Stage.PROCESSED),
        (phases("complete", "error", "not_started"), Stage.FAILED),
        (phases("complete", "complete", "error"), Stage.FAILED),
        (phases("complete", "complete", "not_started", "error"), Stage.FAILED),
        ({"video_status": "ready"}, Stage.READY),
        ({"video_status": "processing"}, Stage.PROCESSED),
        ({"video_status": "upload_complete"}, Stage.SENT),
        ({"video_status": "error"}, Stage.FAILED),
        ({"video_status": "upload_failed"}, Stage.FAILED),
        ({"video_status": "expired"}, Stage.FAILED),
        ({"video_status": "something new"}, Stage.PROCESSED),
        ({"video_status": 7, "uploading_phase": []}, Stage.PROCESSED),
        ({}, Stage.PROCESSED),
    ],
)
def test_the_phases_tell_the_stage_and_what_is_not_said_decides_nothing(
    status: dict[str, Any], stage: Stage
) -> None:
    assert read_status({"status": status}).stage is stage


def test_a_video_that_is_ready_and_has_a_post_is_seen() -> None:
    seen = read_status({"status": {"video_status": "ready"}, "post_id": "1_2"})

    assert (seen.stage, seen.post_id) == (Stage.PUBLISHED, "1_2")


def test_a_video_that_tells_its_address_and_no_status_may_be_seen() -> None:
    assert read_status({"permalink_url": "/bakery/videos/77/"}).stage is Stage.READY


@pytest.mark.parametrize("spelling", ["bytes_transferred", "bytes_transfered"])
def test_the_bytes_that_arrived_are_read_in_either_spelling(spelling: str) -> None:
    status = {"uploading_phase": {"status": "in_progress", spelling: 50_002}}

    assert read_status({"status": status}).received_bytes == 50_002


def test_why_it_failed_is_kept_without_secrets() -> None:
    error = {"code": "1363128", "message": "Too long. access_token=EAAsecret0123456789"}
    status = phases("complete", "error", "not_started")
    status["processing_phase"]["errors"] = [error]

    read = read_status({"status": status})

    assert read.problem_code == 1363128
    assert read.problem.startswith("Too long.")
    assert "EAAsecret" not in read.problem


def test_a_path_becomes_an_address() -> None:
    assert read_status({"permalink_url": "/reel/77/"}).permalink == "https://www.facebook.com/reel/77/"

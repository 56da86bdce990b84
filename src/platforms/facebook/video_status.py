"""Where a video stands at Facebook, out of answers that are spelled in more than one way."""

import dataclasses
import enum
from collections.abc import Mapping
from typing import Any, cast

from platforms._shared.graph import MAX_DETAIL_CHARS, as_code
from platforms._shared.graph_answers import object_within, optional_text
from platforms._shared.redaction import redacted
from platforms.facebook.addresses import address

_DONE = frozenset({"complete", "completed"})
"""Both spellings stand in the Reels Publishing guide, as recorded 2026-11-20."""
_FAILED = frozenset({"error", "upload_failed", "expired"})
_NOT_STARTED = "not_started"
PHASES = ("uploading", "processing", "publishing")


class Stage(enum.StrEnum):
    """How far a video is."""

    SENT_IN_PART = "sent_in_part"
    """Facebook waits for more of it."""
    SENT = "sent"
    """Facebook has all of it, and nobody told it to publish it."""
    PROCESSED = "processed"
    """Facebook is working on it, or does not say whether it is seen."""
    READY = "ready"
    """Facebook has worked on it, and does not say whether it is seen."""
    SCHEDULED = "scheduled"
    """Facebook publishes it later."""
    PUBLISHED = "published"
    """It is seen."""
    FAILED = "failed"
    """It will never be seen."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class VideoStatus:
    """What Facebook says of one video."""

    stage: Stage
    received_bytes: int | None = None
    """How much of it Facebook has; None: it does not say."""
    post_id: str | None = None
    permalink: str | None = None
    problem: str = ""
    """Why it failed, in Facebook's words, redacted; empty: it does not say."""
    problem_code: int | None = None


def read_status(answer: Mapping[str, Any]) -> VideoStatus:
    """Return what the fields `status`, `permalink_url` and `post_id` of a video say."""
    status = object_within(answer, "status")
    uploading = object_within(status, "uploading_phase")
    # The guide's sample and Meta's SDK spell it differently.
    received: Any = uploading.get("bytes_transferred", uploading.get("bytes_transfered"))
    problem = _problem(status)
    post_id = optional_text(answer, "post_id")
    link = address(answer, "permalink_url")
    # A node that tells no status but where it is seen is no draft; the phases would say more.
    is_silent = not status and (post_id or link)
    return VideoStatus(
        stage=Stage.READY if is_silent else _stage(status, post_id),
        received_bytes=received if isinstance(received, int) else None,
        post_id=post_id,
        permalink=link,
        problem=redacted(optional_text(problem, "message") or "")[:MAX_DETAIL_CHARS],
        problem_code=as_code(problem.get("code")),
    )


def _stage(status: Mapping[str, Any], post_id: str | None) -> Stage:
    video = _word(status, "video_status")
    uploading, processing, publishing = (
        _word(object_within(status, f"{name}_phase"), "status") for name in PHASES
    )
    outcome = _word(object_within(status, "publishing_phase"), "publish_status")
    if video in _FAILED or "error" in {outcome, uploading, processing, publishing}:
        return Stage.FAILED
    if outcome == "scheduled":
        return Stage.SCHEDULED
    if outcome == "published" and publishing in {"", *_DONE}:
        return Stage.PUBLISHED
    if processing == publishing == _NOT_STARTED:
        return Stage.SENT if uploading in _DONE else Stage.SENT_IN_PART
    if publishing or processing not in {"", *_DONE}:
        return Stage.PROCESSED
    if video == "ready":
        return Stage.PUBLISHED if post_id else Stage.READY
    return Stage.SENT if video == "upload_complete" else Stage.PROCESSED


def _problem(status: Mapping[str, Any]) -> dict[str, Any]:
    """Return the first error of the phases; an empty one where there is none."""
    for part in (status, *(object_within(status, f"{name}_phase") for name in PHASES)):
        errors: Any = part.get("errors")
        for each in cast("list[object]", errors) if isinstance(errors, list) else ():
            if isinstance(each, dict):
                return cast("dict[str, Any]", each)
    return {}


def _word(node: Mapping[str, Any], name: str) -> str:
    return (optional_text(node, name) or "").lower()

"""A publication as the command line prints it."""

from typing import Any

from services.ports import Job


def publication_row(job: Job) -> dict[str, Any]:
    """Return the fixed fields of a publication, and what helps people to recognise it."""
    publication = job.publication
    failure = publication.failure
    return {
        "id": publication.id,
        "state": publication.state,
        "lane": publication.lane,
        "lane_reason": publication.lane_reason,
        "platform": publication.platform,
        "account": job.account.name,
        "placement": publication.placement,
        "due_at": publication.due_at,
        "attempts": publication.attempts,
        "platform_post_id": publication.platform_post_id,
        "permalink": publication.permalink,
        "posted_at": publication.posted_at,
        "posted_by": publication.posted_by,
        "error": None
        if failure is None
        else {
            "kind": failure.kind,
            "code": failure.code,
            "subcode": failure.subcode,
            "message": failure.message,
        },
        "post": job.post.root,
        "lane_detail": publication.lane_detail,
        "planned_at": publication.planned_at,
        "caption": job.post.caption,
        "media": [item.path for item in job.post.media],
    }


def brief_row(job: Job) -> dict[str, Any]:
    """Return what fits into a table's line."""
    publication, failure = job.publication, job.publication.failure
    # What the platform publishes by itself is due here long before its time.
    is_for_later = job.post.details.native_schedule and publication.attempts == 0
    when = publication.posted_at or (publication.planned_at if is_for_later else publication.due_at)
    return {
        "id": publication.id,
        "state": publication.state,
        "lane": publication.lane,
        "account": job.account.name,
        "placement": publication.placement,
        "time": when.astimezone(job.workspace.settings.zone),
        "media": ", ".join(item.path.rsplit("/", 1)[-1] for item in job.post.media),
        "note": publication.permalink or (failure.message if failure else publication.lane_detail),
    }

"""Containers report their status and are published."""

import datetime as dt
from typing import Any

from sandbox.faults import Fault
from sandbox.graph.accounts import Account, Media, Surface
from sandbox.graph.containers import Container, Status
from sandbox.graph.errors import (
    CONTAINER_EXPIRED,
    CONTAINER_LOST,
    ITEM_ALONE,
    NOT_READY,
    OVER_QUOTA,
    RESTRICTED,
    SPAM,
    UNKNOWN_CONTAINER,
    GraphError,
    bad_parameter,
)
from sandbox.graph.partial_files import PartialFiles
from sandbox.graph.settings import GraphSettings, Republish
from sandbox.graph.store import DAY, GraphStore
from sandbox.graph.wire import GraphRequest, only_fields, parse_fields
from sandbox.world import World

_NOT_YET = {
    "finished_but_not_ready": NOT_READY,
    "finished_but_not_found": UNKNOWN_CONTAINER,
    "builder_lost": CONTAINER_LOST,
}
"""What a finished container may be refused with for a moment, by the fault that brings it about."""


class Publishing:
    """The calls that lead from a container to a post."""

    def __init__(self, *, world: World, store: GraphStore, settings: GraphSettings) -> None:
        self._world = world
        self._store = store
        self._settings = settings
        self._partial_files = PartialFiles(world)

    def status(self, container: Container, request: GraphRequest) -> dict[str, Any]:
        """`GET /{container}`: where it stands."""
        now = self._world.clock.now()
        account = self._store.accounts[container.account_id]
        is_wordless = self._behaves("empty_status_code", account, container)
        node = {
            "id": container.id,
            "status_code": "" if is_wordless else container.status(now).value,
            "status": container.sentence(now),
            "copyright_check_status": {"status": "completed", "matches_found": False},
            "video_status": self._video_status(container, now) if container.upload_version else None,
        }
        return only_fields(node, parse_fields(request.params.get("fields", "id")), kind="IGContainer")

    def publish(self, account: Account, request: GraphRequest) -> dict[str, Any]:
        """`POST /{ig}/media_publish`: the one call that makes a post."""
        now = self._world.clock.now()
        container = self._store.containers.get(request.required("creation_id"))
        if container is None or container.account_id != account.id:
            raise GraphError(UNKNOWN_CONTAINER)
        if self._behaves("restricted_account", account, container):
            raise GraphError(RESTRICTED)
        media = _publishable(container, now)
        if container.post_ids and self._settings.republish is not Republish.DUPLICATE:
            if self._settings.republish is Republish.ERROR:
                raise GraphError(NOT_READY)
            return {"id": container.post_ids[-1]}
        if self._store.published(account.id, since=now - DAY) >= self._settings.quota_total:
            raise GraphError(OVER_QUOTA)
        for behaviour, refusal in _NOT_YET.items():
            if self._behaves(behaviour, account, container):
                raise GraphError(refusal)
        post = self._store.publish(container, media, now)
        self._world.announce("phone", {"account": account.id})
        if self._behaves("spam_after_effect", account, container):
            raise GraphError(SPAM)
        return {"id": post.id}

    def limit(self, account: Account, request: GraphRequest) -> dict[str, Any]:
        """`GET /{ig}/content_publishing_limit`: posts of a rolling day, and how many there may be."""
        since = _since(request, self._world.clock.now())
        node = {
            "quota_usage": self._store.published(account.id, since=since),
            "config": {
                "quota_total": self._settings.quota_total,
                "quota_duration": int(DAY.total_seconds()),
            },
        }
        asked = parse_fields(request.params.get("fields", "quota_usage"))
        return {"data": [only_fields(node, asked, kind="IGContentPublishingLimit")]}

    def _video_status(self, container: Container, now: dt.datetime) -> dict[str, Any]:
        received = (
            container.received.size if container.received else self._partial_files.received(container.id)
        )
        counter = "bytes_transferred" if self._settings.schema_spelling else "bytes_transfered"
        uploading = "in_progress" if container.awaits_upload else "complete"
        processing = {
            Status.IN_PROGRESS: "not_started" if container.awaits_upload else "in_progress",
            Status.ERROR: "error",
            Status.EXPIRED: "error",
        }.get(container.status(now), "complete")
        return {
            "uploading_phase": {"status": uploading, counter: received},
            "processing_phase": {"status": processing},
        }

    def _behaves(self, behaviour: str, account: Account, container: Container) -> Fault | None:
        subject = {"account": account.id, "container": container.id, "kind": container.surface}
        return self._world.faults.behaves("graph", behaviour, subject)


def _publishable(container: Container, now: dt.datetime) -> Media:
    if container.surface is Surface.ITEM:
        raise GraphError(ITEM_ALONE)
    status = container.status(now)
    if status is Status.EXPIRED:
        raise GraphError(CONTAINER_EXPIRED)
    if status not in {Status.FINISHED, Status.PUBLISHED} or container.media is None:
        raise GraphError(NOT_READY)
    return container.media


def _since(request: GraphRequest, now: dt.datetime) -> dt.datetime:
    text = request.params.get("since")
    if text is None:
        return now - DAY
    try:
        since = dt.datetime.fromtimestamp(int(text), dt.UTC)
    except (ValueError, OverflowError, OSError):
        raise bad_parameter("(#100) since must be a Unix timestamp") from None
    if since < now - DAY:
        raise bad_parameter("(#100) since must not be more than 24 hours ago")
    return since

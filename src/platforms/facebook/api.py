"""Facebook's calls for one Page, with answers as values."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from domain.account import AccessToken
from domain.errors import AuthorizationError, OutcomeUnknownError, PublishingError, TransientError
from platforms._shared.graph import GraphClient
from platforms._shared.graph_answers import (
    AnswerReader,
    object_within,
    objects_within,
    optional_text,
)
from platforms._shared.rupload import UploadHost
from platforms.facebook.addresses import address
from platforms.facebook.checkpoint import VideoUpload
from platforms.facebook.errors import WRONG_OFFSET
from platforms.facebook.video_status import VideoStatus, read_status

T = TypeVar("T")

PAGE_SIZE = 50
"""Meta takes up to 100. Source: the Page feed reference, as recorded 2026-11-20."""
MAX_PAGES = 40
"""Longer listings are given up: an incomplete one proves nothing."""

_read = AnswerReader("facebook")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Hosts:
    """Meta's hosts, as far as Pages need them."""

    graph: GraphClient
    videos: GraphClient
    """Takes the videos of `/videos`."""
    uploads: UploadHost
    """Takes the bytes of reels and video stories."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a listing of the Page shows of one post, video or story."""

    id: str
    posted_at: dt.datetime
    words: str | None = None
    """None: it has none, or the platform does not show them."""
    permalink: str | None = None
    object_ids: frozenset[str] = frozenset()
    """Photos and videos in it, as far as the listing tells."""
    kind: str = ""
    """For stories: `photo` or `video`."""
    duration: dt.timedelta | None = None
    """For videos, where the listing tells."""


class FacebookApi:
    """The calls that are made for one Page."""

    def __init__(self, hosts: Hosts, *, page_id: str, token: AccessToken) -> None:
        self._hosts = hosts
        self._graph = hosts.graph
        self._page_id = page_id
        self._token = token

    async def name(self) -> str:
        """Return the Page's name.

        Raises:
            AuthorizationError: the token is a person's and not the Page's own.
        """
        answer = await self._graph.get(self._page_id, self._token, fields="id,name")
        if await self._belongs_to_another():
            raise AuthorizationError(
                "This token reaches the Page but is not its own, so that it cannot post. Take the Page's own "
                "from /me/accounts and connect it again.",
                platform="facebook",
            )
        return _read.text(answer, "name")

    async def upload_photo(self, params: Mapping[str, str]) -> str:
        """Have a photo fetched, to be part of something later, and return its id. Nobody sees it yet."""
        answer = await self._graph.post(f"{self._page_id}/photos", self._token, params)
        return _read.text(answer, "id")

    async def begin_parts(self, size_bytes: int) -> VideoUpload:
        """Begin to upload a video in parts. Nobody sees it before it is finished."""
        params = {"upload_phase": "start", "file_size": str(size_bytes)}
        answer = await self._hosts.videos.post(f"{self._page_id}/videos", self._token, params)
        return VideoUpload(
            id=_read.text(answer, "video_id"),
            session_id=_read.text(answer, "upload_session_id"),
            offset=_offset(answer, "start_offset"),
            end=_offset(answer, "end_offset"),
        )

    async def send_part(self, video: VideoUpload, part: bytes) -> tuple[int, int]:
        """Send the part that is wanted; return where the next one begins and ends, the same at the end."""
        answer = await self._hosts.videos.post_part(
            f"{self._page_id}/videos",
            self._token,
            {
                "upload_phase": "transfer",
                "upload_session_id": video.session_id,
                "start_offset": str(video.offset),
            },
            part,
            misplaced=WRONG_OFFSET,
        )
        return _offset(answer, "start_offset"), _offset(answer, "end_offset")

    async def begin_upload(self, edge: str) -> VideoUpload:
        """Begin to upload a reel or a video story. Nobody sees it before it is finished."""
        answer = await self._graph.post(f"{self._page_id}/{edge}", self._token, {"upload_phase": "start"})
        return VideoUpload(id=_read.text(answer, "video_id"), address=_read.text(answer, "upload_url"))

    async def send_file(self, video: VideoUpload, path: Path, *, offset: int) -> None:
        """Send a file from this byte on."""
        await self._hosts.uploads.send_file(video.address, self._token, path, offset=offset)

    async def video(self, video_id: str) -> VideoStatus:
        """Return where a video stands."""
        answer = await self._graph.get(video_id, self._token, fields="status,permalink_url,post_id")
        return read_status(answer)

    async def post(self, params: Mapping[str, str]) -> str:
        """Post to the timeline and return the id of the post. Not repeatable.

        Raises:
            OutcomeUnknownError: it is not certain that nothing happened.
            PublishingError: of another kind: nothing happened, for certain.
        """
        return await self._made("feed", params, "id")

    async def post_video(self, params: Mapping[str, str]) -> str:
        """Post a video that is fetched, and return its id. Not repeatable; raises as `post` does."""
        return await self._made("videos", params, "id", graph=self._hosts.videos)

    async def finish_parts(self, video: VideoUpload, params: Mapping[str, str]) -> None:
        """Post a video that was uploaded in parts. Not repeatable; raises as `post` does."""
        session = {"upload_phase": "finish", "upload_session_id": video.session_id}
        await self._finished("videos", {**params, **session}, graph=self._hosts.videos)

    async def finish_upload(self, edge: str, video: VideoUpload, params: Mapping[str, str]) -> str | None:
        """Post a reel or a video story; return the id of the post if it is told. Raises as `post` does."""
        upload = {"upload_phase": "finish", "video_id": video.id}
        answer = await self._finished(edge, {**params, **upload})
        return optional_text(answer, "post_id")

    async def post_photo_story(self, photo_id: str) -> str:
        """Post an uploaded photo as a story and return its id. Not repeatable; raises as `post` does."""
        return await self._made("photo_stories", {"photo_id": photo_id}, "post_id")

    async def permalink(self, post_id: str) -> str | None:
        """Return the public address of a post; None: it cannot be seen yet."""
        answer = await self._graph.get(post_id, self._token, fields="permalink_url,is_published")
        return None if answer.get("is_published") is False else address(answer, "permalink_url")

    async def published_posts(self, *, since: dt.datetime) -> list[Shown]:
        """Return the posts since then; Meta lists the newest first."""
        fields = "id,message,created_time,permalink_url,attachments"
        return await self._listed("published_posts", fields, _post, since=since)

    async def scheduled_posts(self, *, since: dt.datetime) -> list[Shown]:
        """Return the posts made since then that Facebook is to publish later."""
        fields = "id,message,created_time,attachments"
        return await self._listed("scheduled_posts", fields, _post, since=since, is_in_order=False)

    async def videos(self, *, since: dt.datetime) -> list[Shown]:
        """Return the videos uploaded since then."""
        fields = "id,description,created_time,permalink_url,length"
        return await self._listed("videos", fields, _video, since=since)

    async def stories(self, *, since: dt.datetime) -> list[Shown]:
        """Return the stories since then that are still there."""
        fields = "post_id,status,creation_time,media_type,media_id,url"
        return await self._listed("stories", fields, _story, since=since, is_in_order=False)

    async def _belongs_to_another(self) -> bool:
        try:
            answer = await self._graph.get("me", self._token, fields="id")
            return _read.text(answer, "id") != self._page_id
        except PublishingError:
            return False  # It says nothing against the token, which has just read the Page.

    async def _made(
        self, edge: str, params: Mapping[str, str], named: str, *, graph: GraphClient | None = None
    ) -> str:
        answer = await (graph or self._graph).post_once(f"{self._page_id}/{edge}", self._token, params)
        return _or_unknown(lambda: _read.text(answer, named))

    async def _finished(
        self, edge: str, params: Mapping[str, str], *, graph: GraphClient | None = None
    ) -> dict[str, Any]:
        answer = await (graph or self._graph).post_once(f"{self._page_id}/{edge}", self._token, params)
        if answer.get("success") is not True:
            raise OutcomeUnknownError("Facebook does not say that it took the video.", platform="facebook")
        return answer

    async def _listed(
        self,
        edge: str,
        fields: str,
        read: Callable[[Mapping[str, Any]], Shown],
        *,
        since: dt.datetime,
        is_in_order: bool = True,
    ) -> list[Shown]:
        found: list[Shown] = []
        page = {"fields": fields, "limit": str(PAGE_SIZE)}
        for _ in range(MAX_PAGES):
            answer = await self._graph.get(f"{self._page_id}/{edge}", self._token, **page)
            shown = [read(node) for node in _read.objects(answer)]
            found += shown
            is_past = is_in_order and shown and all(each.posted_at < since for each in shown)
            after = _read.next_cursor(answer)
            if is_past or after is None:
                return [each for each in found if each.posted_at >= since]
            page["after"] = after
        raise TransientError(f"Facebook's list of {edge} does not end.", platform="facebook")


def _post(node: Mapping[str, Any]) -> Shown:
    return Shown(
        id=_read.text(node, "id"),
        posted_at=_read.time(node, "created_time"),
        words=optional_text(node, "message"),
        permalink=address(node, "permalink_url"),
        object_ids=frozenset(_attached(node.get("attachments"))),
    )


def _video(node: Mapping[str, Any]) -> Shown:
    length = node.get("length")
    return Shown(
        id=_read.text(node, "id"),
        posted_at=_read.time(node, "created_time"),
        words=optional_text(node, "description"),
        permalink=address(node, "permalink_url"),
        duration=dt.timedelta(seconds=length) if isinstance(length, int | float) else None,
    )


def _story(node: Mapping[str, Any]) -> Shown:
    media_id = optional_text(node, "media_id")
    return Shown(
        id=_read.text(node, "post_id"),
        posted_at=_read.time(node, "creation_time"),
        permalink=address(node, "url"),
        object_ids=frozenset({media_id} if media_id else ()),
        kind=(optional_text(node, "media_type") or "").lower(),
    )


def _attached(attachments: object) -> Iterator[str]:
    for attachment in objects_within(attachments):
        shown = optional_text(object_within(attachment, "target"), "id")
        if shown is not None:
            yield shown
        yield from _attached(attachment.get("subattachments"))


def _offset(answer: Mapping[str, Any], name: str) -> int:
    # Offsets come as text. Source: the upload client in Meta's own SDK, as recorded 2026-11-20.
    text = _read.text(answer, name)
    if not text.isdecimal():
        raise _read.unreadable(name)
    return int(text)


def _or_unknown(read: Callable[[], T]) -> T:
    # The call was answered as one that worked, so it may have.
    try:
        return read()
    except TransientError as error:
        raise OutcomeUnknownError(str(error), platform="facebook") from error

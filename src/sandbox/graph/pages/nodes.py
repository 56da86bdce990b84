"""What a Page, a post, a photo, a video or a story looks like when it is read."""

import base64
import datetime as dt
from typing import Any

from sandbox.graph.accounts import Account
from sandbox.graph.pages.memory import PageMemory
from sandbox.graph.pages.records import Page, PagePhoto, PagePost, PageStory, PageVideo, VideoUse
from sandbox.graph.pages.status import status_of
from sandbox.graph.partial_files import PartialFiles
from sandbox.graph.settings import GraphSettings
from sandbox.graph.tokens.desk import TokenDesk
from sandbox.graph.wire import moment

_SITE = "https://www.facebook.com"


class Nodes:
    """Everything that can be asked for of an object; the caller leaves out what was not asked."""

    def __init__(
        self,
        *,
        pages: PageMemory,
        accounts: dict[str, Account],
        desk: TokenDesk,
        uploads: PartialFiles,
        settings: GraphSettings,
    ) -> None:
        self._pages = pages
        self._accounts = accounts
        self._desk = desk
        self._uploads = uploads
        self._settings = settings

    def page(self, page: Page, asked_with: str | None) -> dict[str, Any]:
        """Return a Page; its token is the one it has for the person who asks."""
        asking = self._desk.tokens.get(asked_with or "")
        account = self._accounts.get(page.instagram_id or "")
        linked = {"id": account.id, "username": account.username} if account else None
        return {
            "id": page.id,
            "name": page.name,
            "username": None,
            "category": page.category,
            "access_token": self._desk.of_page(asking, page).value if asking else None,
            "link": f"{_SITE}/{page.id}",
            "fan_count": 1000,
            "followers_count": 1000,
            "is_published": True,
            "instagram_business_account": linked,
            "connected_instagram_account": linked,
        }

    def post(self, post: PagePost, now: dt.datetime, media: str) -> dict[str, Any]:
        """Return a post; `media` is where copies of media lie."""
        live_since = self._pages.live_since(post, now)
        created = moment(live_since or post.created_at)
        planned = post.goes_live_at if post.goes_live_at and post.goes_live_at > now else None
        attachments = self._attachments(post, media)
        page = self._pages.pages[post.page_id]
        return {
            "id": post.id,
            "message": post.message or None,
            "created_time": created,
            "updated_time": created,
            "permalink_url": self._permalink(post),
            "is_published": live_since is not None,
            "is_hidden": False,
            "scheduled_publish_time": int(planned.timestamp()) if planned else None,
            "from": {"id": page.id, "name": page.name},
            "full_picture": f"{media}/{post.photo_ids[0]}" if post.photo_ids else None,
            "status_type": _status_type(post),
            "story": None,
            "attachments": {"data": attachments} if attachments else None,
        }

    def photo(self, photo: PagePhoto, media: str) -> dict[str, Any]:
        """Return a photo."""
        page = self._pages.pages[photo.page_id]
        source = f"{media}/{photo.id}"
        return {
            "id": photo.id,
            "name": photo.caption or None,
            "alt_text": photo.alt_text or None,
            "alt_text_custom": photo.alt_text or None,
            "created_time": moment(photo.created_at),
            "updated_time": moment(photo.created_at),
            "from": {"id": page.id, "name": page.name},
            "link": _photo_page(photo),
            "page_story_id": photo.post_id,
            "width": photo.media.width,
            "height": photo.media.height,
            "picture": source,
            "images": [{"source": source, "width": photo.media.width, "height": photo.media.height}],
        }

    def video(self, video: PageVideo, now: dt.datetime, media: str) -> dict[str, Any]:
        """Return a video, on the Page or on its way there."""
        page = self._pages.pages[video.page_id]
        is_live = self._pages.video_live_since(video, now) is not None
        planned = video.goes_live_at if video.goes_live_at and video.goes_live_at > now else None
        received = self._uploads.received(video.id)
        return {
            "id": video.id,
            "title": video.title or None,
            "description": video.description or None,
            "created_time": moment(self._pages.video_live_since(video, now) or video.started_at),
            "updated_time": moment(video.finished_at or video.started_at),
            "from": {"id": page.id, "name": page.name},
            "length": video.media.seconds if video.media else None,
            "permalink_url": _video_path(video),
            "post_id": video.post_id,
            "published": is_live,
            "scheduled_publish_time": moment(planned) if planned else None,
            "source": f"{media}/{video.id}" if video.media else None,
            "picture": f"{media}/{video.id}/thumbnail" if video.media and video.media.thumbnail else None,
            "status": status_of(video, received, now, self._settings),
        }

    def story(self, story: PageStory, now: dt.datetime) -> dict[str, Any]:
        """Return a story; it has no `id`."""
        token = base64.b64encode(f"S:_ISC:{story.id}".encode()).decode()
        return {
            "post_id": story.id,
            "status": "published" if now < story.expires_at else "archived",
            "creation_time": str(int(story.published_at.timestamp())),
            "media_type": "video" if story.is_video else "photo",
            "media_id": story.media_id,
            "url": f"https://facebook.com/stories/{story.page_id}/{token}/?view_single=1",
        }

    def _permalink(self, post: PagePost) -> str:
        if post.video_id is not None:
            return _SITE + _video_path(self._pages.videos[post.video_id])
        page_id, _, own_id = post.id.partition("_")
        return f"{_SITE}/{page_id}/posts/{own_id}"

    def _attachments(self, post: PagePost, media: str) -> list[dict[str, Any]]:
        if post.video_id is not None:
            return [self._film(self._pages.videos[post.video_id], media)]
        photos = [self._picture(self._pages.photos[each], media) for each in post.photo_ids]
        if len(photos) > 1:
            album = {"type": "album", "media_type": "album", "url": self._permalink(post)}
            return [album | {"media": photos[0]["media"], "subattachments": {"data": photos}}]
        if post.link is not None:
            return [{"type": "share", "media_type": "link", "url": post.link, "unshimmed_url": post.link}]
        return photos

    def _film(self, video: PageVideo, media: str) -> dict[str, Any]:
        url = _SITE + _video_path(video)
        width, height = (video.media.width, video.media.height) if video.media else (None, None)
        return {
            "type": "video_inline",
            "media_type": "video",
            "media": {
                "image": {"src": f"{media}/{video.id}/thumbnail", "width": width, "height": height},
                "source": f"{media}/{video.id}",
            },
            "target": {"id": video.id, "url": url},
            "url": url,
            "title": video.title or None,
            "description": video.description or None,
        }

    def _picture(self, photo: PagePhoto, media: str) -> dict[str, Any]:
        image = {"src": f"{media}/{photo.id}", "width": photo.media.width, "height": photo.media.height}
        return {
            "type": "photo",
            "media_type": "photo",
            "media": {"image": image},
            "target": {"id": photo.id, "url": _photo_page(photo)},
            "url": _photo_page(photo),
            "description": photo.caption or None,
        }


def _photo_page(photo: PagePhoto) -> str:
    return f"{_SITE}/photo.php?fbid={photo.id}"


def _video_path(video: PageVideo) -> str:
    """Return where people find a video, without the site: so the real API gives it for videos."""
    return f"/reel/{video.id}/" if video.use is VideoUse.REEL else f"/{video.page_id}/videos/{video.id}/"


def _status_type(post: PagePost) -> str:
    if post.photo_ids:
        return "added_photos"
    if post.video_id:
        return "added_video"
    return "shared_story" if post.link else "mobile_status_update"

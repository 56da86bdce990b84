"""What a Page, a post, a photo or a video looks like when it is read."""

import datetime as dt
from typing import Any

from sandbox.graph.accounts import Account
from sandbox.graph.pages.memory import PageMemory
from sandbox.graph.pages.records import Page, PagePhoto, PagePost
from sandbox.graph.wire import moment

_SITE = "https://www.facebook.com"


class Nodes:
    """Everything that can be asked for of an object; nothing is left out yet."""

    def __init__(self, pages: PageMemory, accounts: dict[str, Account]) -> None:
        self._pages = pages
        self._accounts = accounts

    def page(self, page: Page) -> dict[str, Any]:
        """Return a Page."""
        account = self._accounts.get(page.instagram_id or "")
        linked = {"id": account.id, "username": account.username} if account else None
        return {
            "id": page.id,
            "name": page.name,
            "username": None,
            "category": page.category,
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
        is_scheduled = live_since is None and post.goes_live_at is not None and post.goes_live_at > now
        attachments = self._attachments(post, media)
        page = self._pages.pages[post.page_id]
        return {
            "id": post.id,
            "message": post.message or None,
            "created_time": moment(live_since or post.created_at),
            "updated_time": moment(live_since or post.created_at),
            "permalink_url": self.permalink(post),
            "is_published": live_since is not None,
            "is_hidden": False,
            "scheduled_publish_time": int(post.goes_live_at.timestamp())
            if is_scheduled and post.goes_live_at
            else None,
            "from": {"id": page.id, "name": page.name},
            "full_picture": attachments[0]["media"]["image"]["src"]
            if attachments and post.photo_ids
            else None,
            "status_type": _status_type(post),
            "story": None,
            "attachments": {"data": attachments} if attachments else None,
        }

    def permalink(self, post: PagePost) -> str:
        """Return where people find a post."""
        page_id, _, own_id = post.id.partition("_")
        return f"{_SITE}/{page_id}/posts/{own_id}"

    def photo(self, photo: PagePhoto, media: str) -> dict[str, Any]:
        """Return a photo."""
        page = self._pages.pages[photo.page_id]
        source = f"{media}/{photo.id}"
        return {
            "id": photo.id,
            "name": photo.caption or None,
            "alt_text_custom": photo.alt_text or None,
            "created_time": moment(photo.created_at),
            "from": {"id": page.id, "name": page.name},
            "link": _photo_page(photo),
            "page_story_id": photo.post_id,
            "width": photo.media.width,
            "height": photo.media.height,
            "picture": source,
            "images": [{"source": source, "width": photo.media.width, "height": photo.media.height}],
        }

    def _attachments(self, post: PagePost, media: str) -> list[dict[str, Any]]:
        shown = [self._shown(self._pages.photos[each], media) for each in post.photo_ids]
        if len(shown) > 1:
            whole = {
                "type": "album",
                "media_type": "album",
                "url": self.permalink(post),
                "media": shown[0]["media"],
            }
            return [whole | {"subattachments": {"data": shown}}]
        if post.link is not None:
            return [{"type": "share", "media_type": "link", "url": post.link, "unshimmed_url": post.link}]
        return shown

    def _shown(self, photo: PagePhoto, media: str) -> dict[str, Any]:
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


def _status_type(post: PagePost) -> str | None:
    if post.photo_ids:
        return "added_photos"
    if post.video_id:
        return "added_video"
    return "shared_story" if post.link else "mobile_status_update"

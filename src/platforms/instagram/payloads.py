"""What is sent to Instagram for a post. Pure."""

from collections.abc import Callable, Mapping

from domain.errors import UnsupportedError
from domain.media import MediaItem, MediaKind
from domain.post import Post
from platforms.instagram.capabilities import FEED, MAX_ALT_TEXT_CHARS, STORY


def container_params(post: Post, placement: str) -> dict[str, str]:
    """Return the parameters of a post's container, but for the address of its file.

    Raises:
        UnsupportedError: this placement, or these files at it, cannot be expressed.
    """
    write = _PLACEMENTS.get(placement)
    if write is None or len(post.media) != 1:
        raise UnsupportedError(
            f"Instagram's API takes no {placement} with {len(post.media)} files.", platform="instagram"
        )
    return write(post)


def file_params(item: MediaItem, url: str) -> dict[str, str]:
    """Return the parameter that names the file's address."""
    return {"video_url" if item.facts.kind is MediaKind.VIDEO else "image_url": url}


def _story(_: Post) -> dict[str, str]:
    return {"media_type": "STORIES"}


def _feed(post: Post) -> dict[str, str]:
    item = post.media[0]
    if item.facts.kind is not MediaKind.IMAGE:
        raise UnsupportedError("Instagram's feed takes single videos only as reels.", platform="instagram")
    params: dict[str, str] = {}
    if post.caption:
        params["caption"] = post.caption
    if item.description.alt:
        params["alt_text"] = item.description.alt[:MAX_ALT_TEXT_CHARS]
    return params


_PLACEMENTS: Mapping[str, Callable[[Post], dict[str, str]]] = {STORY: _story, FEED: _feed}

"""Posts as nodes of the Graph API."""

from collections.abc import Mapping
from typing import Any

from sandbox.graph.accounts import Account, Post, Surface
from sandbox.graph.wire import moment, only_fields


def media_node(post: Post, owner: Account, asked: Mapping[str, Any], base_url: str) -> dict[str, Any]:
    """Return the asked fields of a post, or of a part of a carousel.

    Raises:
        GraphError: 100 for a field that media never has.
    """
    details = post.details
    node: dict[str, Any] = {
        "id": post.id,
        "caption": post.caption or None,
        "media_type": post.media_type,
        "media_product_type": post.surface.product_type,
        "media_url": f"{base_url}/_media/{post.id}",
        "permalink": post.permalink or None,
        "shortcode": post.shortcode,
        "timestamp": moment(post.published_at),
        "username": owner.username,
        "owner": {"id": owner.id},
        "thumbnail_url": _thumbnail_url(post, base_url),
        "alt_text": details.alt_text or None,
        "children": None,
        "comments_count": 0,
        "like_count": 0,
        "is_ai_generated": details.is_ai_generated or None,
        "is_comment_enabled": True,
        "is_shared_to_feed": details.shares_to_feed if post.surface is Surface.REEL else None,
    }
    answer = only_fields(node, asked, kind="IGMedia")
    if "children" in asked and post.children:
        answer["children"] = children_edge(post, owner, asked["children"] or {}, base_url)
    return answer


def children_edge(post: Post, owner: Account, asked: Mapping[str, Any], base_url: str) -> dict[str, Any]:
    """Return the parts of a carousel as the edge `children` lists them."""
    return {"data": [media_node(child, owner, asked, base_url) for child in post.children]}


def _thumbnail_url(post: Post, base_url: str) -> str | None:
    if post.media_type != "VIDEO" or post.media.thumbnail is None:
        return None
    return f"{base_url}/_media/{post.id}/thumbnail"

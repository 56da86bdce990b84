"""Drives a Graph API with Meta's own SDK, in an environment of its own; prints what it saw as JSON."""

import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Only the environment this runs in has the SDK, and the SDK has no types.
api_module: Any = importlib.import_module("facebook_business.api")
session_module: Any = importlib.import_module("facebook_business.session")
exceptions: Any = importlib.import_module("facebook_business.exceptions")
IGUser: Any = importlib.import_module("facebook_business.adobjects.iguser").IGUser
IGMedia: Any = importlib.import_module("facebook_business.adobjects.igmedia").IGMedia
own_api: Any = importlib.import_module("facebook_business.adobjects.iguserforigonlyapi")

PATIENCE_SECONDS = 10


def connected(base: str, token: str) -> Any:
    """Return the SDK's client, pointed at a base URL."""
    session = session_module.FacebookSession(access_token=token, timeout=PATIENCE_SECONDS)
    session.GRAPH = base
    return api_module.FacebookAdsApi(session)


def publish(base: str, token: str, account: str, url: str) -> dict[str, Any]:
    """Take a story from URL to post, and read everything back."""
    api = connected(base, token)
    user = IGUser(account, api=api)
    container = user.create_media(params={"media_type": "STORIES", "image_url": url})["id"]
    statuses = _polled(api, container)
    media = user.create_media_publish(params={"creation_id": container})["id"]
    feed = [
        _published(api, user, user.create_media(params={"image_url": url, "caption": f"Käse {number}"})["id"])
        for number in range(3)
    ]
    fields = ["media_product_type", "caption", "timestamp", "permalink", "owner"]
    return {
        "statuses": statuses,
        "media": media,
        "feed": feed,
        "quota": [
            each.export_all_data()
            for each in user.get_content_publishing_limit(fields=["quota_usage", "config"])
        ],
        "stories": [each.export_all_data() for each in user.get_stories(fields=fields)],
        "listed": [each.export_all_data() for each in user.get_media(fields=fields, params={"limit": 1})],
        "node": IGMedia(media, api=api).api_get(fields=fields).export_all_data(),
        "user": user.api_get(fields=["username", "name"]).export_all_data(),
    }


def publish_reel(base: str, token: str, account: str, film: str, cover: str) -> dict[str, Any]:
    """Take a reel with all that goes along from URL to post, and read it back."""
    api = connected(base, token)
    user = IGUser(account, api=api)
    container = user.create_media(
        params={
            "media_type": "REELS",
            "video_url": film,
            "cover_url": cover,
            "caption": "Turning",
            "thumb_offset": 500,
            "share_to_feed": True,
            "audio_name": "Clay sounds",
            "collaborators": ["ben"],
            "user_tags": [{"username": "anna"}],
            "location_id": "106000000000001",
            "is_ai_generated": True,
            "trial_params": {"graduation_strategy": "MANUAL"},
        }
    )["id"]
    media = _published(api, user, container)
    fields = ["media_type", "media_product_type", "is_shared_to_feed", "is_ai_generated", "thumbnail_url"]
    return {
        "media": media,
        "node": IGMedia(media, api=api).api_get(fields=fields).export_all_data(),
        "listed": [each["id"] for each in user.get_media()],
    }


def publish_carousel(base: str, token: str, account: str, picture: str, film: str) -> dict[str, Any]:
    """Take a picture and a film to one post, and read it and its parts back."""
    api = connected(base, token)
    user = (
        own_api.IGUserForIGOnlyAPI(account, api=api) if token.startswith("IGAA") else IGUser(account, api=api)
    )
    parts: list[dict[str, Any]] = [
        {"image_url": picture, "alt_text": "A vase", "user_tags": [{"username": "anna", "x": 0.5, "y": 0.5}]},
        {"video_url": film, "media_type": "VIDEO"},
    ]
    children = [user.create_media(params={**part, "is_carousel_item": True})["id"] for part in parts]
    for child in children:
        _polled(api, child)
    whole = {"media_type": "CAROUSEL", "children": children, "caption": "Both", "collaborators": ["ben"]}
    media = _published(api, user, user.create_media(params=whole)["id"])
    node = IGMedia(media, api=api)
    fields = ["media_type", "media_product_type", "children"]
    return {
        "media": media,
        "node": node.api_get(fields=fields).export_all_data(),
        "children": [each.export_all_data() for each in node.get_children(fields=["media_type", "alt_text"])],
    }


def upload_reel(base: str, token: str, account: str, path: str) -> dict[str, Any]:
    """Announce a reel, send its bytes with the SDK's own HTTP session, and publish it."""
    api = connected(base, token)
    user = IGUser(account, api=api)
    announced = user.create_media(params={"media_type": "REELS", "upload_type": "resumable"})
    data = Path(path).read_bytes()
    headers = {"Authorization": f"OAuth {token}", "offset": "0", "file_size": str(len(data))}
    # It has no other way to another host.
    answer = api._session.requests.post(announced["uri"], headers=headers, data=data)
    return {"answer": answer.json(), "media": _published(api, user, announced["id"])}


def read_own(base: str, token: str, account: str, url: str) -> dict[str, Any]:
    """Make a container and list the feed with the SDK's class for the Instagram login."""
    api = connected(base, token)
    user = own_api.IGUserForIGOnlyAPI(account, api=api)
    container = user.create_media(params={"media_type": "STORIES", "image_url": url})["id"]
    return {
        "statuses": _polled(api, container),
        "listed": [each.export_all_data() for each in user.get_media(fields=["permalink"])],
    }


def fail(base: str, token: str, account: str, url: str) -> dict[str, Any]:
    """Provoke refusals and tell how the SDK understands them."""
    user = IGUser(account, api=connected(base, token))
    stranger = IGUser(account, api=connected(base, "IGAAof-the-other-family"))
    return {
        "unknown_container": _error(lambda: user.create_media_publish(params={"creation_id": 1})),
        "not_ready": _error(
            lambda: user.create_media_publish(
                params={"creation_id": user.create_media(params={"image_url": url})["id"]}
            )
        ),
        "no_media": _error(lambda: user.create_media(params={"image_url": f"{url}.gone"})),
        "no_object": _error(lambda: IGMedia("1", api=user.get_api()).api_get()),
        "wrong_token": _error(stranger.api_get),
    }


def _published(api: Any, user: Any, container: str) -> str:
    _polled(api, container)
    if isinstance(user, IGUser):
        return str(user.create_media_publish(params={"creation_id": container})["id"])
    # The class for the Instagram login calls `/mediapublish`, which is not the documented edge.
    answer = api.call("POST", (user["id"], "media_publish"), params={"creation_id": container})
    return str(answer.json()["id"])


def _polled(api: Any, container: str) -> list[str]:
    statuses: list[str] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while "FINISHED" not in statuses and time.monotonic() < deadline:
        statuses.append(api.call("GET", (container,), params={"fields": "status_code"}).json()["status_code"])
        time.sleep(0.02)
    return statuses


def _error(call: Callable[[], Any]) -> dict[str, Any]:
    try:
        call()
    except exceptions.FacebookRequestError as error:
        return {
            "http": error.http_status(),
            "code": error.api_error_code(),
            "subcode": error.api_error_subcode(),
            "type": error.api_error_type(),
            "message": error.api_error_message(),
            "transient": error.api_transient_error(),
        }
    return {}


if __name__ == "__main__":
    scenarios: dict[str, Callable[..., dict[str, Any]]] = {
        each.__name__: each for each in (publish, publish_reel, publish_carousel, upload_reel, read_own, fail)
    }
    sys.stdout.write(json.dumps(scenarios[sys.argv[1]](*sys.argv[2:])))

"""Drives a Facebook Page with Meta's own SDK, in an environment of its own; prints what it saw as JSON."""

import importlib
import json
import sys
import time
import urllib.request
from collections.abc import Callable
from typing import Any

# Only the environment this runs in has the SDK, and the SDK has no types.
api_module: Any = importlib.import_module("facebook_business.api")
session_module: Any = importlib.import_module("facebook_business.session")
exceptions: Any = importlib.import_module("facebook_business.exceptions")
uploading: Any = importlib.import_module("facebook_business.video_uploader")
AdVideo: Any = importlib.import_module("facebook_business.adobjects.advideo").AdVideo
Page: Any = importlib.import_module("facebook_business.adobjects.page").Page
User: Any = importlib.import_module("facebook_business.adobjects.user").User

PATIENCE_SECONDS = 10
APP_ID, APP_SECRET = "100000000000001", "sandbox-facebook-app-secret"


class PageApi:
    """The SDK's client, with its uploader for ad accounts turned to a Page's videos and to our host."""

    def __init__(self, api: Any) -> None:
        self._api = api

    def call(self, method: str, path: Any, *args: Any, **named: Any) -> Any:
        """Call as the SDK does, but never a host that is not ours."""
        named.pop("url_override", None)
        if not isinstance(path, str):
            path = ["videos" if part == "advideos" else part for part in path]
        return self._api.call(method, path, *args, **named)

    def __getattr__(self, name: str) -> Any:
        """Be the client in everything else."""
        return getattr(self._api, name)


def connected(base: str, token: str) -> Any:
    """Return the SDK's client, pointed at a base URL; it proves that it knows the app's secret."""
    session = session_module.FacebookSession(APP_ID, APP_SECRET, token, timeout=PATIENCE_SECONDS)
    session.GRAPH = base
    return PageApi(api_module.FacebookAdsApi(session))


def post(base: str, user_token: str, page_id: str, photo: str) -> dict[str, Any]:
    """Get the Page's token from its person's, post words, photos and a story with it, and read them back."""
    [offered] = User("me", api=connected(base, user_token)).get_accounts(fields=["access_token", "tasks"])
    page = Page(page_id, api=connected(base, offered["access_token"]))
    words = page.create_feed(
        fields=["permalink_url"], params={"message": "Käse", "link": "https://lane.example/"}
    )
    alone = page.create_photo(params={"url": photo, "caption": "A vase", "alt_text_custom": "Blue"})
    parts = [page.create_photo(params={"url": photo, "published": False})["id"] for _ in range(2)]
    album = page.create_feed(
        params={"message": "Two", "attached_media": [{"media_fbid": part} for part in parts]}
    )
    later = page.create_feed(
        params={"message": "Later", "published": False, "scheduled_publish_time": int(time.time()) + 3600}
    )
    waiting = page.create_photo(params={"url": photo, "published": False})["id"]
    story = page.create_photo_story(params={"photo_id": waiting})
    return {
        "offered": offered["id"],
        "words": words.export_all_data(),
        "alone": alone.export_all_data(),
        "album": album["id"],
        "later": later["id"],
        "story": story.export_all_data(),
        "published": [each.export_all_data() for each in page.get_published_posts(fields=["message"])],
        "scheduled": [each.export_all_data() for each in page.get_scheduled_posts(fields=["message"])],
        "photos": [each["id"] for each in page.get_photos(params={"type": "uploaded"})],
        "stories": [
            each.export_all_data()
            for each in page.get_stories(fields=["post_id", "media_id"], params={"status": ["PUBLISHED"]})
        ],
    }


def film(base: str, token: str, page_id: str, path: str, address: str) -> dict[str, Any]:
    """Post a video by address and in parts, a reel and a story, and wait for each."""
    api = connected(base, token)
    page = Page(page_id, api=api)
    fetched = page.create_video(params={"file_url": address, "description": "By address"})["id"]
    uploading.VideoEncodingStatusChecker.waitUntilReady(api, fetched, interval=0.05, timeout=PATIENCE_SECONDS)
    video = AdVideo(parent_id=page_id, api=api)
    video[AdVideo.Field.filepath] = path
    session = uploading.VideoUploadSession(video, wait_for_encoding=True, interval=0.05)
    sent = session.start()["id"]
    reel = _uploaded(page.create_video_reel(params={"upload_phase": "start"}), token, path)
    page.create_video_reel(
        params={"upload_phase": "finish", "video_id": reel, "video_state": "PUBLISHED", "description": "Spin"}
    )
    uploading.VideoEncodingStatusChecker.waitUntilReady(api, reel, interval=0.05, timeout=PATIENCE_SECONDS)
    told = _uploaded(page.create_video_story(params={"upload_phase": "START"}), token, path)
    story = page.create_video_story(params={"upload_phase": "FINISH", "video_id": told})
    uploading.VideoEncodingStatusChecker.waitUntilReady(api, told, interval=0.05, timeout=PATIENCE_SECONDS)
    return {
        "sent": [sent, fetched],
        "reel": reel,
        "told": told,
        "story": story["post_id"],
        "videos": [each["id"] for each in page.get_videos(fields=["id"])],
        "reels": [each.export_all_data() for each in page.get_video_reels(fields=["description"])],
        "stories": [
            [each["media_id"], each["post_id"]] for each in page.get_stories(fields=["media_id", "post_id"])
        ],
    }


def fail(base: str, token: str, page_id: str, photo: str) -> dict[str, Any]:
    """Provoke refusals and tell how the SDK understands them."""
    page = Page(page_id, api=connected(base, token))
    page.create_feed(params={"message": "Once"})
    return {
        "twice": _error(lambda: page.create_feed(params={"message": "Once"})),
        "nothing": _error(lambda: page.create_feed(params={})),
        "no_photo": _error(lambda: page.create_photo(params={"url": f"{photo}.gone"})),
        "no_film": _error(lambda: page.create_video(params={"file_url": f"{photo}.gone"})),
    }


def _uploaded(started: Any, token: str, path: str) -> str:
    """Send a film to the address that the start of its upload named; the SDK has no means for that."""
    with open(path, "rb") as file:  # noqa: PTH123 - what urllib takes
        data = file.read()
    headers = {"Authorization": f"OAuth {token}", "offset": "0", "file_size": str(len(data))}
    request = urllib.request.Request(started["upload_url"], data=data, headers=headers)
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS):
        video_id: str = started["video_id"]
        return video_id


def _error(call: Callable[[], Any]) -> dict[str, Any]:
    try:
        call()
    except exceptions.FacebookRequestError as error:
        return {"http": error.http_status(), "code": error.api_error_code(), "type": error.api_error_type()}
    return {}


SCENARIOS: dict[str, Callable[..., dict[str, Any]]] = {"post": post, "film": film, "fail": fail}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(SCENARIOS[sys.argv[1]](*sys.argv[2:])))

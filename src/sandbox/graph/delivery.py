"""Meta's own copies of what was posted, handed out."""

from starlette.responses import FileResponse, PlainTextResponse, Response

from sandbox.graph.kept_files import KeptFile
from sandbox.graph.store import GraphStore

THUMBNAIL = "thumbnail"
"""What follows a film's id in the path of its cover."""


def delivered(store: GraphStore, post_id: str, part: str = "") -> Response:
    """Answer with the picture or film of a post, in pieces if asked, or with its `THUMBNAIL`."""
    post = store.find(post_id)
    media = post.media if post else store.pages.media_of(post_id)
    file = {"": media.file, THUMBNAIL: media.thumbnail}.get(part) if media else None
    return _response(file)


def _response(file: KeptFile | None) -> Response:
    if file is None or not file.path.exists():
        return PlainTextResponse("Not found", status_code=404)
    return FileResponse(
        file.path, media_type=file.content_type, headers={"Cache-Control": "max-age=86400, immutable"}
    )

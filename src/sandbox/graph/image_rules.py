"""Which images Instagram takes. Source: IG User Media reference, as recorded 2026-11-20."""

from sandbox.graph.accounts import Surface
from sandbox.graph.errors import ASPECT_RATIO, IMAGE_FORMAT, NOT_FETCHED, GraphError
from sandbox.media_facts import ImageFacts, UnreadableMediaError, read_image

MOST_IMAGE_BYTES = 8 * 1024 * 1024
_NARROWEST, _WIDEST = 4 / 5, 1.91


def check_image(data: bytes, surface: Surface) -> ImageFacts:
    """Return the facts of an acceptable image. Blocks; raises `GraphError`.

    A progressive JPEG is refused in the same words as a file that is no image: seen in a client's log.
    """
    try:
        facts = read_image(data)
    except UnreadableMediaError:
        raise GraphError(NOT_FETCHED) from None
    if facts.format != "JPEG":
        raise GraphError(IMAGE_FORMAT)
    if facts.is_progressive:
        raise GraphError(NOT_FETCHED)
    if surface in {Surface.FEED, Surface.ITEM} and not _fits_feed(facts):
        raise GraphError(ASPECT_RATIO)
    return facts


def _fits_feed(facts: ImageFacts) -> bool:
    # A picture cut to a ratio is off by up to a pixel.
    return (facts.width + 1) / facts.height >= _NARROWEST and (facts.width - 1) / facts.height <= _WIDEST

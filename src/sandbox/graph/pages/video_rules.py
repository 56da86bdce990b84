"""Which videos a Page takes as reels and stories.

Source: reels-publishing guide and page stories guide, as recorded 2026-11-20.
"""

from sandbox.graph.pages.records import VideoUse
from sandbox.media_facts import VideoFacts

Failure = tuple[int, str]
"""Code and sentence, as `status` reports them."""

SHORTEST_SECONDS, LONGEST_REEL_SECONDS, LONGEST_STORY_SECONDS = 3.0, 90.0, 60.0
"""For a story's video one page says 60 seconds and another 90: the shorter one holds."""
_NARROWEST, _LOWEST = 540, 960
_FRAMES_PER_SECOND = (24.0, 60.0)
_RATIO = 9 / 16
_ROUNDING = 0.1
"""Seconds, and frames per second: the last frame's duration and 24000/1001 are not refused."""
_RATIO_ROUNDING = 0.01

UNREADABLE: Failure = (1363024, "The video file has an unsupported format.")


def failure_of(facts: VideoFacts, use: VideoUse) -> Failure | None:
    """Return why processing fails, None when it does not."""
    if any(name == "image2" or name.endswith("_pipe") for name in facts.formats):
        return UNREADABLE  # FFmpeg reads a picture as a film of one frame
    if use is VideoUse.VIDEO:
        return None
    longest = LONGEST_REEL_SECONDS if use is VideoUse.REEL else LONGEST_STORY_SECONDS
    if not SHORTEST_SECONDS - _ROUNDING <= facts.seconds <= longest + _ROUNDING:
        return 1363128, f"The video must be {SHORTEST_SECONDS:.0f} to {longest:.0f} seconds long."
    if use is VideoUse.STORY:
        return None
    if abs(facts.width / facts.height - _RATIO) > _RATIO_ROUNDING:
        return 1363040, "The video must have an aspect ratio of 9:16."
    if facts.width < _NARROWEST or facts.height < _LOWEST:
        return 1363127, "The video must have at least 540 by 960 pixels."
    slowest, fastest = _FRAMES_PER_SECOND
    if not slowest - _ROUNDING <= facts.frames_per_second <= fastest + _ROUNDING:
        return 1363129, "The video must have 24 to 60 frames per second."
    return None

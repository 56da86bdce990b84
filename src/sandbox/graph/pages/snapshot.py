"""The Pages as plain data, to be written down and read again."""

import dataclasses

from sandbox.graph.pages.records import Page, PagePhoto, PagePost, PageStory, PageVideo


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class PagesSnapshot:
    """Everything in the order in which it came."""

    pages: list[Page]
    posts: list[PagePost]
    photos: list[PagePhoto]
    videos: list[PageVideo]
    stories: list[PageStory]

"""The Pages as plain data, to be written down and read again."""

import dataclasses

from sandbox.graph.pages.records import Page, PagePhoto, PagePost, PageStory, PageVideo


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class PagesSnapshot:
    """Everything in the order in which it came."""

    pages: list[Page] = dataclasses.field(default_factory=list[Page])
    posts: list[PagePost] = dataclasses.field(default_factory=list[PagePost])
    photos: list[PagePhoto] = dataclasses.field(default_factory=list[PagePhoto])
    videos: list[PageVideo] = dataclasses.field(default_factory=list[PageVideo])
    stories: list[PageStory] = dataclasses.field(default_factory=list[PageStory])

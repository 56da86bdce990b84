"""All that there is on the Pages."""

import datetime as dt

from sandbox.graph.accounts import Media
from sandbox.graph.kept_files import KeptFile
from sandbox.graph.pages.records import Page, PagePhoto, PagePost, PageStory, PageVideo
from sandbox.graph.pages.shelf import Shelf
from sandbox.graph.pages.snapshot import PagesSnapshot


class PageMemory:
    """Pages and what is on them, oldest first. Owned by one event loop."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.posts: Shelf[PagePost] = Shelf()
        self.photos: Shelf[PagePhoto] = Shelf()
        self.videos: Shelf[PageVideo] = Shelf()
        self.stories: Shelf[PageStory] = Shelf()

    def live_since(self, post: PagePost, now: dt.datetime) -> dt.datetime | None:
        """Return since when a post can be seen; None while it cannot."""
        at = post.goes_live_at
        if at is not None and post.video_id is not None:
            ready_at = self.videos[post.video_id].ready_at(now)
            at = max(at, ready_at) if ready_at else None
        return at if at is not None and at <= now else None

    def photo_live_since(self, photo: PagePhoto, now: dt.datetime) -> dt.datetime | None:
        """Return since when a photo can be seen on the Page; None while it cannot."""
        if post := self.posts.get(photo.post_id):
            return self.live_since(post, now)
        return photo.created_at if photo.is_published else None

    def video_live_since(self, video: PageVideo, now: dt.datetime) -> dt.datetime | None:
        """Return since when a video can be seen; None while it cannot."""
        ready_at = video.ready_at(now)
        if ready_at is None or video.goes_live_at is None or video.goes_live_at > now:
            return None
        return max(video.goes_live_at, ready_at)

    def story_live_since(self, story: PageStory, now: dt.datetime) -> dt.datetime | None:
        """Return since when a story could be seen, those in the archive included; None while it cannot."""
        if not story.is_video:
            return story.published_at
        ready_at = self.videos[story.media_id].ready_at(now)
        return max(story.published_at, ready_at) if ready_at else None

    def changes_at(self, now: dt.datetime) -> dt.datetime | None:
        """Return when something will next go live by itself; None when nothing will."""
        scheduled = [post.goes_live_at for post in self.posts if post.goes_live_at is not None]
        ready = [
            video.finished_at + video.ready_after for video in self.videos if video.finished_at is not None
        ]
        return min((at for at in (*scheduled, *ready) if at > now), default=None)

    def media_of(self, object_id: str) -> Media | None:
        """Return what a photo or a video shows."""
        found = self.photos.get(object_id) or self.videos.get(object_id)
        return found.media if found else None

    def timeline(self, page_id: str, now: dt.datetime) -> list[PagePost]:
        """Return the posts of a Page that can be seen, newest first."""
        live = [
            (since, post)
            for post in self.posts.of(page_id)
            if (since := self.live_since(post, now)) is not None
        ]
        return [post for _, post in sorted(live, key=lambda each: each[0], reverse=True)]

    def files(self) -> list[KeptFile]:
        """Return the copies of media that are in use."""
        media = [photo.media for photo in self.photos]
        media += [video.media for video in self.videos if video.media is not None]
        return [file for each in media for file in (each.file, each.thumbnail) if file is not None]

    def snapshot(self) -> PagesSnapshot:
        """Return all there is, for the moment."""
        return PagesSnapshot(
            pages=list(self.pages.values()),
            posts=list(self.posts),
            photos=list(self.photos),
            videos=list(self.videos),
            stories=list(self.stories),
        )

    def restore(self, past: PagesSnapshot) -> None:
        """Fill this empty memory with what there was."""
        self.pages |= {page.id: page for page in past.pages}
        self.posts.add(*past.posts)
        self.photos.add(*past.photos)
        self.videos.add(*past.videos)
        self.stories.add(*past.stories)

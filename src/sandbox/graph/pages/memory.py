"""All that there is on the Pages."""

import datetime as dt

from sandbox.graph.accounts import Media
from sandbox.graph.kept_files import KeptFile
from sandbox.graph.pages.records import Page, PagePhoto, PagePost, PageStory, PageVideo
from sandbox.graph.pages.snapshot import PagesSnapshot


class PageMemory:
    """Pages, posts, photos, videos and stories by id, oldest first. Owned by one event loop."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.posts: dict[str, PagePost] = {}
        self.photos: dict[str, PagePhoto] = {}
        self.videos: dict[str, PageVideo] = {}
        self.stories: dict[str, PageStory] = {}

    def live_since(self, post: PagePost, now: dt.datetime) -> dt.datetime | None:
        """Return since when a post can be seen; None while it cannot."""
        at = post.goes_live_at
        if at is not None and post.video_id is not None:
            ready_at = self.videos[post.video_id].ready_at(now)
            at = max(at, ready_at) if ready_at else None
        return at if at is not None and at <= now else None

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
        scheduled = [post.goes_live_at for post in self.posts.values() if post.goes_live_at is not None]
        ready = [
            video.finished_at + video.ready_after
            for video in self.videos.values()
            if video.finished_at is not None
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
            for post in self.posts.values()
            if post.page_id == page_id and (since := self.live_since(post, now)) is not None
        ]
        return [post for _, post in sorted(live, key=lambda each: each[0], reverse=True)]

    def files(self) -> list[KeptFile]:
        """Return the copies of media that are in use."""
        media = [photo.media for photo in self.photos.values()]
        media += [video.media for video in self.videos.values() if video.media is not None]
        return [file for each in media for file in (each.file, each.thumbnail) if file is not None]

    def snapshot(self) -> PagesSnapshot:
        """Return all there is, for the moment."""
        return PagesSnapshot(
            pages=list(self.pages.values()),
            posts=list(self.posts.values()),
            photos=list(self.photos.values()),
            videos=list(self.videos.values()),
            stories=list(self.stories.values()),
        )

    def restore(self, past: PagesSnapshot) -> None:
        """Fill this empty memory with what there was."""
        self.pages |= {page.id: page for page in past.pages}
        self.posts |= {post.id: post for post in past.posts}
        self.photos |= {photo.id: photo for photo in past.photos}
        self.videos |= {video.id: video for video in past.videos}
        self.stories |= {story.id: story for story in past.stories}

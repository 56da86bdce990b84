"""All that this Graph API remembers, and the ids it gives."""

import datetime as dt
import itertools
import random
import string
from collections.abc import Iterable, Iterator

from sandbox.graph.accounts import Account, Media, Post, Surface
from sandbox.graph.containers import Container
from sandbox.graph.kept_files import KeptFile, KeptFiles
from sandbox.graph.pages.memory import PageMemory
from sandbox.graph.snapshot import GraphSnapshot
from sandbox.graph.tokens.desk import TokenDesk
from sandbox.graph.tokens.person import Person
from sandbox.world import World

DAY = dt.timedelta(hours=24)
_FIRST_ID = 17_850_000_000_000_000
IDS_PASSED_OVER = 100_000_000
"""A restored store leaves ids out: those given in the last moments before a kill are not written down."""
_SHORTCODE = string.ascii_letters + string.digits + "-_"


class GraphStore:
    """Accounts, tokens, containers, posts and Pages. Owned by one event loop."""

    def __init__(self, world: World) -> None:
        self.accounts: dict[str, Account] = {}
        self.containers: dict[str, Container] = {}
        self.posts: dict[str, Post] = {}
        self.pages = PageMemory()
        self.people: dict[str, Person] = {}
        self.desk = TokenDesk(world, accounts=self.accounts, pages=self.pages.pages)
        self.tokens = self.desk.tokens
        self._items: dict[str, Post] = {}
        self.files = KeptFiles(world)
        self._of_account: dict[str, list[Post]] = {}
        self._made: dict[str, list[dt.datetime]] = {}
        self._random = random.Random(world.seed)
        self._last_id = _FIRST_ID

    def new_id(self) -> str:
        """Return a fresh id of 17 digits; containers and posts look the same, as on the real API."""
        self._last_id += self._random.randrange(1, 100_000)
        return str(self._last_id)

    def add_container(self, container: Container) -> None:
        """Remember a container and count it."""
        self.containers[container.id] = container
        self._made.setdefault(container.account_id, []).append(container.created_at)

    def containers_made(self, account_id: str, *, since: dt.datetime) -> int:
        """Return how many containers were made after this moment."""
        return _count_after(reversed(self._made.get(account_id, [])), since)

    def publish(self, container: Container, media: Media, now: dt.datetime) -> Post:
        """Let a container go live, once more if it already is."""
        post = self._live(container, media, now)
        self._add_post(post)
        container.post_ids.append(post.id)
        return post

    def find(self, post_id: str) -> Post | None:
        """Return a post or a part of a carousel."""
        return self.posts.get(post_id) or self._items.get(post_id)

    def posts_of(self, account_id: str) -> list[Post]:
        """Return an account's posts, stories that are over included, newest first."""
        return self._of_account.get(account_id, [])[::-1]

    def published(self, account_id: str, *, since: dt.datetime) -> int:
        """Return how many posts went live after this moment, of whatever kind."""
        newest_first = reversed(self._of_account.get(account_id, []))
        return _count_after((post.published_at for post in newest_first), since)

    def snapshot(self) -> GraphSnapshot:
        """Return all there is, for the moment."""
        return GraphSnapshot(
            accounts=list(self.accounts.values()),
            tokens=list(self.tokens.values()),
            codes=list(self.desk.codes.values()),
            people=list(self.people.values()),
            containers=list(self.containers.values()),
            posts=list(self.posts.values()),
            pages=self.pages.snapshot(),
            last_id=self._last_id,
        )

    def restore(self, past: GraphSnapshot) -> None:
        """Fill this empty store with what there was."""
        self.accounts |= {account.id: account for account in past.accounts}
        self.tokens.update({token.value: token for token in past.tokens})
        self.desk.codes.update({code.value: code for code in past.codes})
        self.people |= {person.id: person for person in past.people}
        for container in past.containers:
            self.add_container(container)
        for post in past.posts:
            self._add_post(post)
        self.pages.restore(past.pages)
        self.files.restore([*_files_of(past), *self.pages.files()])
        self._last_id = past.last_id + IDS_PASSED_OVER

    def _live(self, container: Container, media: Media, now: dt.datetime) -> Post:
        shortcode = "".join(self._random.choices(_SHORTCODE, k=11))
        children = [self.containers[child_id] for child_id in container.child_ids]
        return Post(
            id=self.new_id(),
            account_id=container.account_id,
            container_id=container.id,
            surface=container.surface,
            media=media,
            caption=container.caption,
            published_at=now,
            shortcode=shortcode,
            permalink=self._permalink(container, shortcode),
            details=container.details,
            children=tuple(self._live(child, child.media, now) for child in children if child.media),
        )

    def _permalink(self, container: Container, shortcode: str) -> str:
        username = self.accounts[container.account_id].username
        pages = {
            Surface.FEED: f"p/{shortcode}/",
            Surface.CAROUSEL: f"p/{shortcode}/",
            Surface.REEL: f"reel/{shortcode}/",
            Surface.STORY: f"stories/{username}/3{self._random.randrange(10**18):018}",
        }
        page = pages.get(container.surface)
        return f"https://www.instagram.com/{page}" if page else ""

    def _add_post(self, post: Post) -> None:
        self.posts[post.id] = post
        self._items |= {child.id: child for child in post.children}
        self._of_account.setdefault(post.account_id, []).append(post)


def _files_of(past: GraphSnapshot) -> Iterator[KeptFile]:
    """Yield the copies that a snapshot names, the oldest first as far as that is known."""
    taken_in = [container.media for container in past.containers]
    posted = [each.media for post in past.posts for each in (post, *post.children)]
    for media in (*taken_in, *posted):
        if media is not None:
            yield media.file
            if media.thumbnail is not None:
                yield media.thumbnail
    for container in past.containers:
        yield from (file for file in (container.cover, container.received) if file is not None)


def _count_after(newest_first: Iterable[dt.datetime], since: dt.datetime) -> int:
    return sum(1 for _ in itertools.takewhile(lambda moment: moment > since, newest_first))

"""The Graph API's stand-in: both hosts over one memory, and the means to set it up and look into it."""

import datetime as dt

from starlette.types import ASGIApp

from sandbox.graph import container_uploads
from sandbox.graph.accounts import Account, Login, Post
from sandbox.graph.container_uploads import ContainerUploads
from sandbox.graph.containers import Container
from sandbox.graph.creation import Creation
from sandbox.graph.host import GraphHost
from sandbox.graph.pages.calls import PageCalls
from sandbox.graph.pages.records import Page
from sandbox.graph.partial_files import PartialFiles
from sandbox.graph.publishing import Publishing
from sandbox.graph.reading import Reading
from sandbox.graph.rupload import UploadHost
from sandbox.graph.settings import GraphSettings
from sandbox.graph.snapshot import GraphSnapshot
from sandbox.graph.store import GraphStore
from sandbox.graph.tokens.admission import Admission
from sandbox.graph.tokens.calls import TokenCalls
from sandbox.graph.tokens.code_host import CodeHost
from sandbox.graph.tokens.desk import TokenDesk
from sandbox.graph.tokens.person import Person
from sandbox.graph.tokens.token import Token
from sandbox.graph.wire import Answers
from sandbox.world import World


class GraphStandIn:
    """Meta's Graph API, without Meta.

    Faults with `Effect.BEHAVE` and subject `{"account": id}`:

    * of the next containers made: `flaky_fetch` (9004 for a good URL), `stuck_container`, `container_error`
      (`body={"subcode": …}`), `expire_container` (after `delay_seconds`, at once without them);
    * of status reads: `empty_status_code`;
    * of the next publishes: `finished_but_not_ready`, `finished_but_not_found`, `builder_lost`,
      `restricted_account`, `spam_after_effect`;
    * of reads: `read_outage` (100/33), `listing_lag` (`delay_seconds`);
    * of any call: `expire_token` (for good; `body={"subcode": …}`), `no_usage_headers`, `usage` (any of
      `body={"call_count": …, "total_cputime": …, "total_time": …, "estimated_time_to_regain_access": …}`;
      from 100 percent on the call is refused);
    * of calls of the fault's `operation`: `refused` and, once it took effect, `refused_after`
      (`body={"code": …}` with, if they matter, `subcode`, `message`, `status` and `is_transient`);
    * of Pages: `stuck_video` and `video_error` (`body={"code": …}`) of the next videos, `cut_upload`.

    Where a container is at hand, `{"container": id}` narrows it down; where one is made, read or published,
    `{"kind": …}` does: `feed`, `story`, `reel`, `carousel`, or `item` for a part of a carousel.
    """

    def __init__(self, world: World, *, settings: GraphSettings | None = None) -> None:
        self._world = world
        self.settings = settings or GraphSettings()
        self._store = GraphStore(world)
        self._creation = Creation(world=world, store=self._store, settings=self.settings)
        self._publishing = Publishing(world=world, store=self._store, settings=self.settings)
        self._reading = Reading(world=world, store=self._store, settings=self.settings)
        self._pages = PageCalls(world=world, store=self._store, settings=self.settings)
        self._admission = Admission(world=world, tokens=self._store.tokens, settings=self.settings)
        self._token_calls = TokenCalls(
            world=world, store=self._store, admission=self._admission, settings=self.settings
        )
        self.code_app: ASGIApp = CodeHost(world=world, desk=self._store.desk, settings=self.settings)
        self._answers = Answers(seed=world.seed)
        self._container_uploads = ContainerUploads(
            world=world,
            store=self._store,
            partial_files=PartialFiles(world),
            settings=self.settings,
            begin=self._creation.begin,
        )
        self.upload_app: ASGIApp = UploadHost(
            world=world,
            admission=self._admission,
            takers={
                container_uploads.PATH: self._container_uploads,
                "video-upload": self._pages.video_uploads,
            },
        )
        self.facebook_app: ASGIApp = self._host(Login.FACEBOOK)
        self.instagram_app: ASGIApp = self._host(Login.INSTAGRAM)

    @property
    def store(self) -> GraphStore:
        """What the API knows."""
        return self._store

    @property
    def tokens(self) -> TokenDesk:
        """Where tokens are issued, aged and ended."""
        return self._store.desk

    async def settle(self) -> None:
        """Wait until every video has been fetched and looked into; processing time passes apart from that."""
        await self._creation.settle()

    def snapshot(self) -> GraphSnapshot:
        """Return all there is but the settings, for the moment."""
        return self._store.snapshot()

    def restore(self, past: GraphSnapshot) -> None:
        """Fill this new stand-in with what there was."""
        self._store.restore(past)

    def resume(self) -> None:
        """Go on with what was being done when the world was left; its other services are up."""
        self._creation.resume()

    async def close(self) -> None:
        """Stop processing videos."""
        await self._container_uploads.close()
        await self._creation.close()
        await self._pages.close()

    def add_account(
        self,
        *,
        id: str,  # noqa: A002 - the name the API gives it
        username: str,
        login: str,
        token: str,
        name: str = "",
        profile_picture_url: str | None = None,
    ) -> Account:
        """Add an Instagram account and the token that reaches it; with the Facebook login, its Page too.

        Raises:
            ValueError: the token is of the other login's family.
        """
        account = Account(
            id=id,
            username=username,
            name=name or username,
            login=Login(login),
            profile_picture_url=profile_picture_url,
        )
        if not token.startswith(account.login.token_prefix):
            raise ValueError(f"a token of the {account.login} login begins with {account.login.token_prefix}")
        self._store.accounts[id] = account
        if account.login is Login.FACEBOOK:
            self.add_page(id=account.page_id, name=account.name, instagram_id=id)
        self.add_token(token, account_ids=[id])
        self._world.announce("phone", {"account": id})
        return account

    def add_page(
        self,
        *,
        id: str,  # noqa: A002 - the name the API gives it
        name: str,
        instagram_id: str | None = None,
        business_id: str | None = None,
        token: str | None = None,
        profile_picture_url: str | None = None,
    ) -> Page:
        """Add a Facebook Page, and a token that reaches it and the Instagram account linked to it.

        Raises:
            ValueError: there is no such account, or the token is of the Instagram login.
        """
        page = Page(
            id=id,
            name=name,
            instagram_id=instagram_id,
            business_id=business_id,
            profile_picture_url=profile_picture_url,
        )
        self._store.pages.pages[id] = page
        if token is not None:
            self.add_token(token, account_ids=[instagram_id] if instagram_id else [], page_ids=[id])
        self._world.announce("phone", {"account": id})
        return page

    def add_token(
        self,
        token: str,
        *,
        account_ids: list[str],
        page_ids: list[str] | None = None,
        expires_at: dt.datetime | None = None,
    ) -> Token:
        """Let a token reach these accounts and their Pages, or let it live again; see `TokenDesk.issue`."""
        return self.tokens.issue(token, account_ids=account_ids, page_ids=page_ids, expires_at=expires_at)

    def kill_token(self, token: str, *, subcode: int = 460) -> None:
        """Let Meta refuse a token from now on: 460 password changed, 458 app removed, 463 expired."""
        self.tokens.kill(value=token, subcode=subcode)

    def add_person(self, *, id: str, name: str) -> Person:  # noqa: A002 - the name the API gives it
        """Add somebody who may hold tokens of the Facebook login."""
        person = Person(id=id, name=name)
        self._store.people[id] = person
        return person

    def pages(self) -> list[Page]:
        """Return all Facebook Pages."""
        return list(self._store.pages.pages.values())

    def accounts(self) -> list[Account]:
        """Return all accounts."""
        return list(self._store.accounts.values())

    def posts(self, account_id: str) -> list[Post]:
        """Return what went live on an account, stories that are over included, newest first."""
        return self._store.posts_of(account_id)

    def containers(self, account_id: str) -> list[Container]:
        """Return an account's containers, oldest first."""
        return [each for each in self._store.containers.values() if each.account_id == account_id]

    def quota_usage(self, account_id: str) -> int:
        """Return how many posts of the last 24 hours count against the account's limit."""
        return self._store.published(account_id, since=self._world.clock.now() - dt.timedelta(hours=24))

    def _host(self, login: Login) -> GraphHost:
        return GraphHost(
            login,
            world=self._world,
            store=self._store,
            settings=self.settings,
            creation=self._creation,
            publishing=self._publishing,
            reading=self._reading,
            pages=self._pages,
            admission=self._admission,
            tokens=self._token_calls,
            answers=self._answers,
        )

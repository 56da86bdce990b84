"""Teams at work with the running product: they queue pictures, read cards, press buttons."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import hashlib
import itertools
from collections.abc import Awaitable, Coroutine, Generator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from app.bootstrap import Storyline, assembled
from app.first_start import bring_up_to_date
from app.settings import load
from domain.ids import PublicationId
from domain.publication import Publication, State
from domain.workspace import Workspace
from services.posting.compose import QueueRequest
from support.pictures import picture_of
from support.product import Product, StandIns, buttons, products, until, words
from support.teams import Team, connect, environment_of, make_team

T = TypeVar("T")
_team_numbers = itertools.count(1)
"""Of all worlds, which may share their stand-ins."""
SOON = 30.0
"""Seconds in which the product must have done something, on a machine that does much else."""


class World:
    """The running product, the stand-ins around it, and services of our own on its database."""

    def __init__(
        self,
        *,
        outside: StandIns,
        environment: Mapping[str, str],
        running: dict[str, Product],
        folder: Path,
        runner: asyncio.Runner,
        storyline: Storyline,
    ) -> None:
        self.outside = outside
        self.environment = environment
        self.products = running
        self.folder = folder
        self.storyline = storyline
        self._runner = runner

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something of `storyline`."""
        return self._runner.run(work)

    def team(self) -> "Office":
        """Return a new team: its chat has its own limits, and nobody else's cards."""
        number = next(_team_numbers)
        team = make_team(self.outside, number)
        workspace = self.run(connect(self.storyline, team))
        return Office(world=self, team=team, workspace=workspace, number=number)

    def restart(self) -> None:
        """Kill every process of the product, and start them anew."""
        for product in self.products.values():
            product.kill()
            product.start()
        for product in self.products.values():
            product.until_ready()


class Office:
    """One team with its account."""

    def __init__(self, *, world: World, team: Team, workspace: Workspace, number: int) -> None:
        self.world = world
        self.chat_id = team.chat_id
        self.workspace = workspace
        self.account = team.accounts[0]
        self._number = number
        self._captions = itertools.count(1)
        self._hashes = dict[int, str]()

    def queue(self, *, after: float = 0.0, **wishes: Any) -> int:
        """Queue a story of a picture of its own, due so many seconds from now; return its number."""
        caption = f"Picture {next(self._captions)} of team {self._number}"
        wishes = {"caption": caption, **wishes}
        path = self.world.folder / f"{caption}.jpg"
        data = picture_of(caption)
        path.write_bytes(data)
        publication_id = self.world.run(self._queued(path, after, wishes))
        self._hashes[publication_id] = hashlib.sha256(data).hexdigest()
        return publication_id

    async def _queued(self, path: Path, after: float, wishes: dict[str, Any]) -> int:
        storyline = self.world.storyline
        item = await storyline.ingest.import_file(path, workspace_id=self.workspace.id, actor="test")
        request = QueueRequest(
            workspace_id=self.workspace.id,
            media=(item.id,),
            placement="story",
            at=storyline.clock.now() + dt.timedelta(seconds=after),
        )
        (job,) = await storyline.queue.add(dataclasses.replace(request, **wishes), by="test")
        return job.publication.id

    def stock(self, count: int) -> None:
        """Put pictures into the library."""
        for number in range(count):
            path = self.world.folder / f"Stock {number} of team {self._number}.jpg"
            path.write_bytes(picture_of(path.name))
            self.world.run(
                self.world.storyline.ingest.import_file(path, workspace_id=self.workspace.id, actor="test")
            )

    def publication(self, publication_id: int) -> Publication:
        """Return a publication as it is now."""

        async def read() -> Publication | None:
            async with self.world.storyline.database.begin() as uow:
                return await uow.publications.get(PublicationId(publication_id))

        found = self.world.run(read())
        assert found is not None
        return found

    def until_state(self, publication_id: int, state: State, *, within: float = SOON) -> Publication:
        """Wait until a publication has come to a state."""

        def has_come() -> Publication | None:
            found = self.publication(publication_id)
            return found if found.state is state else None

        what = f"publication {publication_id} is {state}"
        come: Publication = until(has_come, within=within, what=what)
        return come

    def times_out(self, publication_id: int) -> int:
        """Return how often a publication's very bytes are on the account."""
        posts = self.world.outside.phone()[self.account.id]
        return sum(post["sha256"] == self._hashes[publication_id] for post in posts)

    def card(self, publication_id: int, *, says: str = "", within: float = SOON) -> dict[str, Any]:
        """Wait for the newest message that shows a publication's caption, and says this; return it."""
        caption = self.world.run(self._caption(publication_id))

        def come() -> dict[str, Any] | None:
            shown = [each for each in self.messages() if caption in words(each) and says in words(each)]
            return shown[-1] if shown else None

        found: dict[str, Any] = until(come, within=within, what=f"a card of {caption} that says {says!r}")
        return found

    async def _caption(self, publication_id: int) -> str:
        async with self.world.storyline.database.begin() as uow:
            jobs = await uow.publications.jobs([PublicationId(publication_id)])
        return jobs[PublicationId(publication_id)].post.caption

    def messages(self) -> list[dict[str, Any]]:
        """Return what stands in the chat, oldest first."""
        return self.world.outside.messages(self.chat_id)

    def press(self, message: Mapping[str, Any], label: str, *, by: int) -> str:
        """Press a button and return the toast."""
        answer = self.world.outside.press(message, label, by=by)
        assert answer["answered"], f"nothing answered a press of {label!r}"
        toast: str = answer["text"] or ""
        return toast

    def panel(self, publication_id: int, label: str, *, within: float = SOON) -> dict[str, Any]:
        """Wait until the publication's card has a button with this in its label; return it."""

        def shown() -> dict[str, Any] | None:
            message = self.card(publication_id)
            return message if any(label in text for text in buttons(message)) else None

        found: dict[str, Any] = until(shown, within=within, what=f"a button {label!r}")
        return found

    def answers_to(self, command: str, *, by: int, within: float = SOON) -> list[dict[str, Any]]:
        """Write into the chat, wait for what follows and return it."""
        before = max((each["message_id"] for each in self.messages()), default=0)
        self.world.outside.say(command, by=by, chat_id=self.chat_id)

        def followed() -> list[dict[str, Any]]:
            return [
                each for each in self.messages() if each["message_id"] > before and each["from"]["is_bot"]
            ]

        found: list[dict[str, Any]] = until(followed, within=within, what=f"an answer to {command}")
        return found


@contextlib.contextmanager
def world_of(
    *, outside: StandIns, environments: Mapping[str, Mapping[str, str]], folder: Path
) -> Generator[World]:
    """Run the product in a process per environment, all on one database, while inside."""
    first = next(iter(environments.values()))
    with asyncio.Runner() as runner, environment_of(first):
        settings = load()
        runner.run(bring_up_to_date(settings))
        opening = assembled(settings)
        storyline = runner.run(_awaited(opening.__aenter__()))
        try:
            with products(environments, folder) as running:
                yield World(
                    outside=outside,
                    environment=first,
                    running=running,
                    folder=folder,
                    runner=runner,
                    storyline=storyline,
                )
        finally:
            runner.run(_awaited(opening.__aexit__(None, None, None)))


async def _awaited(awaitable: Awaitable[T]) -> T:
    return await awaitable

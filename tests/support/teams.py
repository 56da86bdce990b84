"""Teams for the running product: a chat with people, accounts with tokens, and what they ask for."""

import contextlib
import dataclasses
import os
from collections.abc import Generator, Mapping

from app.bootstrap import Storyline
from domain.account import AccessToken
from domain.ids import ChatId
from domain.workspace import Workspace
from sandbox import demo
from support.product import StandIns

ANNA, BEN, STRANGER = 7001, 7002, 7009
"""The creator of every team's chat, a member, and somebody who is in none."""
_BOT = int(demo.BOT_TOKEN.partition(":")[0])


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team as the outside world knows it."""

    name: str
    chat_id: int
    accounts: tuple[demo.DemoAccount, ...]


def make_team(outside: StandIns, number: int, *, accounts: int = 1) -> Team:
    """Make a chat with Anna, Ben and the bot in it, and Instagram accounts of both logins in turn.

    Team 0 has the demo's chat, which the product's settings name.
    """
    chat_id = demo.CHAT_ID - number
    if number:
        outside.post("/telegram/chats", id=chat_id, type="supergroup", title=f"Team {number}")
        for user_id, status in ((ANNA, "creator"), (BEN, "member"), (_BOT, "member")):
            outside.post("/telegram/members", chat_id=chat_id, user_id=user_id, status=status)
    return Team(
        name=f"team-{number}",
        chat_id=chat_id,
        accounts=tuple(_make_account(outside, number, index) for index in range(accounts)),
    )


def _make_account(outside: StandIns, team: int, index: int) -> demo.DemoAccount:
    name, login = f"team{team}.account{index}", ("facebook", "instagram")[index % 2]
    account = demo.DemoAccount(
        id=f"1784150000{team:04d}{index:03d}",
        username=name,
        name=name,
        login=login,
        token=f"{'EAA' if login == 'facebook' else 'IGAA'}team{team:05d}{index:03d}",
    )
    outside.post("/graph/accounts", **dataclasses.asdict(account))
    return account


async def connect(storyline: Storyline, team: Team) -> Workspace:
    """Make the team a workspace with its accounts connected."""
    workspace = await storyline.workspaces.ensure(
        name=team.name, chat_id=ChatId(team.chat_id), first_settings=storyline.first_settings
    )
    for account in team.accounts:
        await storyline.accounts.add(
            workspace.id,
            platform="instagram",
            external_id=account.id,
            name=account.username,
            login=account.login,
            token=AccessToken(account.token),
            by="test",
        )
    return workspace


@contextlib.contextmanager
def environment_of(product: Mapping[str, str]) -> Generator[None]:
    """Let this process have a product's settings while inside."""
    before = dict(os.environ)
    os.environ.update(product)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)

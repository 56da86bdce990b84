"""Ask the product for publications: teams, accounts, pictures of their own bytes, a full queue."""

import contextlib
import dataclasses
import datetime as dt
import hashlib
import io
import os
import random
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from app.bootstrap import Storyline, assembled
from app.process import bring_up_to_date
from app.settings import load
from domain.account import AccessToken
from domain.ids import ChatId
from domain.lane import Lane
from domain.workspace import Workspace
from sandbox import demo
from services.posting.schedule import QueueRequest
from support.product import StandIns

PER_TEAM = 25
"""Publications; few enough that a chat's 20 messages a minute hold nothing up."""
ACCOUNTS_PER_TEAM = 3
BY_HAND = 0.2
"""Share that is for the team."""
AT_ONCE = 0.4
"""Share that is due when the product starts; the rest follows while it is being killed."""
POSTER, OTHER_POSTER = 7001, 7002
"""Two people of every team."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One publication as it was asked for."""

    label: str
    """Its caption, by which it is known in the chat and in the database."""
    account: str
    """The platform's id."""
    sha256: str
    chat_id: int
    by_hand: bool


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Team:
    name: str
    chat_id: int
    accounts: tuple[demo.DemoAccount, ...]


async def ask(
    environment: Mapping[str, str],
    outside: StandIns,
    *,
    folder: Path,
    publications: int,
    over: dt.timedelta,
    chance: random.Random,
) -> list[Asked]:
    """Set everything up and queue the publications, due now and over this time; return them."""
    teams = [_make_team(outside, number) for number in range(-(-publications // PER_TEAM))]
    plan = [
        _make_picture(folder / teams[number // PER_TEAM].name, number, teams[number // PER_TEAM], chance)
        for number in range(publications)
    ]
    with _settings(environment):
        settings = load()
        await bring_up_to_date(settings)
        async with assembled(settings) as storyline:
            for team in teams:
                workspace = await _connect(storyline, team)
                await storyline.ingest.import_folder(
                    folder / team.name, workspace_id=workspace.id, actor="chaos", on_progress=lambda _: None
                )
                mine = [asked for asked in plan if asked.chat_id == team.chat_id]
                await _queue(storyline, workspace, mine, over=over, chance=chance)
    return plan


def _make_team(outside: StandIns, number: int) -> _Team:
    chat_id = demo.CHAT_ID - number
    if number:
        outside.post("/telegram/chats", id=chat_id, type="supergroup", title=f"Team {number}")
        for user_id, status in ((POSTER, "creator"), (OTHER_POSTER, "member"), (_bot_id(), "member")):
            outside.post("/telegram/members", chat_id=chat_id, user_id=user_id, status=status)
    accounts = tuple(_make_account(outside, number, index) for index in range(ACCOUNTS_PER_TEAM))
    return _Team(name=f"team-{number}", chat_id=chat_id, accounts=accounts)


def _make_account(outside: StandIns, team: int, index: int) -> demo.DemoAccount:
    name, login = f"team{team}.account{index}", ("facebook", "instagram")[index % 2]
    account = demo.DemoAccount(
        id=f"1784150000{team:04d}{index:03d}",
        username=name,
        name=name,
        login=login,
        token=f"{'EAA' if login == 'facebook' else 'IGAA'}chaos{team:05d}{index:03d}",
    )
    outside.post("/graph/accounts", **dataclasses.asdict(account))
    return account


def _make_picture(folder: Path, number: int, team: _Team, chance: random.Random) -> Asked:
    label = f"chaos-{number:05d}"
    noise = hashlib.shake_256(f"{label} {chance.random()}".encode()).digest(16 * 24)
    buffer = io.BytesIO()
    grain: Any = Image.frombytes("L", (16, 24), noise)  # Pillow leaves the type of `resize` open
    grain.resize((180, 320)).convert("RGB").save(buffer, "JPEG")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{label}.jpg").write_bytes(buffer.getvalue())
    return Asked(
        label=label,
        account=chance.choice(team.accounts).id,
        sha256=hashlib.sha256(buffer.getvalue()).hexdigest(),
        chat_id=team.chat_id,
        by_hand=chance.random() < BY_HAND,
    )


async def _connect(storyline: Storyline, team: _Team) -> Workspace:
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
            by="chaos",
        )
    return workspace


async def _queue(
    storyline: Storyline,
    workspace: Workspace,
    plan: list[Asked],
    *,
    over: dt.timedelta,
    chance: random.Random,
) -> None:
    async with storyline.database.begin() as uow:
        library = {Path(item.path).stem: item.id for item in await uow.media.find(workspace.id, limit=1000)}
    now = storyline.clock.now()
    for asked in plan:
        is_at_once = chance.random() < AT_ONCE
        await storyline.queue.add(
            QueueRequest(
                workspace_id=workspace.id,
                media=(library[asked.label],),
                placement="story",
                account_names=(asked.account,),
                at=now if is_at_once else now + chance.random() * over,
                caption=asked.label,
                lane=Lane.MANUAL if asked.by_hand else None,
            ),
            by="chaos",
        )


@contextlib.contextmanager
def _settings(environment: Mapping[str, str]) -> Generator[None]:
    """Let this process have the product's settings while inside."""
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _bot_id() -> int:
    return int(demo.BOT_TOKEN.partition(":")[0])

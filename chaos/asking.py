"""Ask the product for publications: teams, accounts, pictures of their own bytes, a full queue."""

import dataclasses
import datetime as dt
import hashlib
import io
import random
from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from app.bootstrap import Storyline, assembled
from app.first_start import bring_up_to_date
from app.settings import load
from domain.lane import Lane
from domain.workspace import Workspace
from services.posting.compose import QueueRequest
from support.pictures import picture_of
from support.product import StandIns
from support.teams import Team, connect, environment_of, make_team

PER_TEAM = 25
"""Publications; few enough that a chat's 20 messages a minute hold nothing up."""
ACCOUNTS_PER_TEAM = 3
BY_HAND = 0.2
"""Share that is for the team."""
AT_ONCE = 0.4
"""Share that is due when the product starts; the rest follows while it is being killed."""


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


async def ask(
    environment: Mapping[str, str],
    outside: StandIns,
    *,
    folder: Path,
    publications: int,
    over: dt.timedelta,
    chance: random.Random,
    is_to_be_prepared: bool = False,
) -> list[Asked]:
    """Set everything up and queue the publications, due now and over this time; return them.

    `is_to_be_prepared`: their pictures are PNGs, which no platform takes.
    """
    form = "PNG" if is_to_be_prepared else "JPEG"
    teams = [
        make_team(outside, number, accounts=ACCOUNTS_PER_TEAM)
        for number in range(-(-publications // PER_TEAM))
    ]
    plan = [
        _make_picture(
            folder / teams[number // PER_TEAM].name, number, teams[number // PER_TEAM], chance, form
        )
        for number in range(publications)
    ]
    with environment_of(environment):
        settings = load()
        await bring_up_to_date(settings)
        async with assembled(settings) as storyline:
            for team in teams:
                workspace = await connect(storyline, team)
                await storyline.ingest.import_folder(
                    folder / team.name, workspace_id=workspace.id, actor="chaos", on_progress=lambda _: None
                )
                mine = [asked for asked in plan if asked.chat_id == team.chat_id]
                await _queue(storyline, workspace, mine, over=over, chance=chance)
    return plan


async def ask_at_once(
    environment: Mapping[str, str], outside: StandIns, *, folder: Path, publications: int
) -> None:
    """Queue one automatic story on each of so many accounts, all due now."""
    chance = random.Random(publications)
    teams = [make_team(outside, number, accounts=10) for number in range(1, publications // 10 + 1)]
    with environment_of(environment):
        async with assembled(load()) as storyline:
            for team in teams:
                workspace = await connect(storyline, team)
                plan = [
                    dataclasses.replace(
                        _make_picture(folder / team.name, number, team, chance),
                        account=account.id,
                        by_hand=False,
                    )
                    for number, account in enumerate(team.accounts)
                ]
                await storyline.ingest.import_folder(
                    folder / team.name, workspace_id=workspace.id, actor="chaos", on_progress=lambda _: None
                )
                await _queue(storyline, workspace, plan, over=dt.timedelta(), chance=chance)


def _make_picture(folder: Path, number: int, team: Team, chance: random.Random, form: str = "JPEG") -> Asked:
    label = f"chaos-{number:05d}"
    picture = picture_of(f"{label} {chance.random()}")
    if form != "JPEG":
        buffer = io.BytesIO()
        Image.open(io.BytesIO(picture)).save(buffer, form, compress_level=1)
        picture = buffer.getvalue()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{label}.{form.lower()}").write_bytes(picture)
    return Asked(
        label=label,
        account=chance.choice(team.accounts).id,
        sha256=hashlib.sha256(picture).hexdigest(),
        chat_id=team.chat_id,
        by_hand=chance.random() < BY_HAND,
    )


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

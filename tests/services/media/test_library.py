"""What people do with items, and what is recorded of it."""

import pytest

from domain.errors import StorylineError
from domain.ids import MediaId
from domain.media import Description, Need
from services.media.library import LibraryService
from services.repositories.records import AuditEntry
from services.unit_of_work import Database
from support.builders import Team, add_team
from support.fake_clock import FakeClock


@pytest.fixture
def library(database: Database) -> LibraryService:
    return LibraryService(database=database, clock=FakeClock())


async def test_every_change_is_in_the_audit_log(database: Database, library: LibraryService) -> None:
    team = await add_team(database)
    ids = [team.media_id]

    await library.describe(team.media_id, {"alt": "A pier."}, workspace_id=team.workspace_id, by="Ada")
    await library.retire(ids, workspace_id=team.workspace_id, by="Ada")
    await library.restore(ids, workspace_id=team.workspace_id, by="Grace")
    await library.keep(ids, workspace_id=team.workspace_id, by="Grace")

    entries = await audit(database, team)
    assert [(entry.action, entry.actor) for entry in entries] == [
        ("media_described", "Ada"),
        ("media_retired", "Ada"),
        ("media_restored", "Grace"),
        ("media_kept", "Grace"),
    ]
    assert entries[0].detail == {"media": [team.media_id], "changed": ["alt"]}


async def test_what_a_person_says_can_be_trusted(database: Database, library: LibraryService) -> None:
    team = await add_team(database)
    async with database.begin() as uow:
        [item] = await uow.media.get([team.media_id])
        await uow.media.describe(item, Description(problem="line 1: it is no YAML"))
        await uow.commit()

    changed = await library.describe(
        team.media_id,
        {"caption": "By hand", "needs": frozenset({Need.POLL})},
        workspace_id=team.workspace_id,
        by="Ada",
    )

    details = await library.details(team.media_id, workspace_id=team.workspace_id)
    assert details.item == changed
    assert (changed.description.caption, changed.description.problem) == ("By hand", "")


async def test_the_items_of_another_team_are_not_there(database: Database, library: LibraryService) -> None:
    team, stranger = await add_team(database), await add_team(database, number=2)
    theirs = [stranger.media_id, MediaId(99)]

    with pytest.raises(StorylineError, match=r"no item 2, 99\."):
        await library.retire([team.media_id, *theirs], workspace_id=team.workspace_id, by="Ada")
    with pytest.raises(StorylineError, match="no item 2"):
        await library.details(stranger.media_id, workspace_id=team.workspace_id)
    assert await audit(database, team) == []


async def audit(database: Database, team: Team) -> list[AuditEntry]:
    """Return what was recorded of the library, oldest first."""
    async with database.read() as look:
        entries = await look.audit.find(team.workspace_id)
    return [entry for entry in reversed(entries) if entry.action.startswith("media_")]

import datetime as dt

from repositories.unit_of_work import SqlDatabase
from services.repositories.records import AuditEntry
from support.builders import NOW, Team, add_team, queue


async def test_entries_come_back_newest_first_and_from_their_workspace_alone(
    database: SqlDatabase, team: Team
) -> None:
    stranger = await add_team(database, number=2)
    [publication_id] = await queue(database, team.publication())
    published = AuditEntry(
        at=NOW,
        actor="bot",
        action="post_published",
        workspace_id=team.workspace_id,
        publication_id=publication_id,
        detail={"state": "published", "calls": [1, 2]},
    )
    changed = AuditEntry(
        at=NOW + dt.timedelta(hours=1),
        actor="user:7",
        action="setting_changed",
        workspace_id=team.workspace_id,
    )
    theirs = AuditEntry(at=NOW, actor="bot", action="press", workspace_id=stranger.workspace_id)
    nobodys = AuditEntry(at=NOW, actor="bot", action="kill_switch_triggered")

    async with database.begin() as uow:
        await uow.audit.add(published, changed, theirs, nobodys)

        assert await uow.audit.find(team.workspace_id) == [changed, published]
        assert await uow.audit.find(team.workspace_id, limit=1) == [changed]

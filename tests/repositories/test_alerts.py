import dataclasses
import datetime as dt

from repositories.unit_of_work import SqlDatabase
from services.repositories.records import OpenAlert
from support.builders import NOW, Team, add_team


def running_out(team: Team, level: int) -> OpenAlert:
    return OpenAlert(
        workspace_id=team.workspace_id, kind="running_out", subject="account:1", level=level, detail=""
    )


async def test_an_alert_is_news_once_and_again_when_its_level_rises(
    database: SqlDatabase, team: Team
) -> None:
    async with database.begin() as uow:
        told = [await uow.alerts.raise_(running_out(team, level), at=NOW) for level in (-14, -14, -7, -14)]
        await uow.commit()

    assert told == [True, False, True, False]


async def test_what_ended_is_news_when_it_comes_again(database: SqlDatabase, team: Team) -> None:
    async with database.begin() as uow:
        await uow.alerts.raise_(running_out(team, -1), at=NOW)

        ended = [
            await uow.alerts.end(team.workspace_id, "running_out", "account:1", at=NOW + dt.timedelta(1))
            for _ in range(2)
        ]

        assert ended == [True, False]
        assert await uow.alerts.raise_(running_out(team, -14), at=NOW)


async def test_another_kind_subject_or_workspace_is_another_alert(database: SqlDatabase, team: Team) -> None:
    stranger = await add_team(database, number=2)
    one = running_out(team, -7)
    others = [
        dataclasses.replace(one, kind="reconnect"),
        dataclasses.replace(one, subject="account:2"),
        dataclasses.replace(one, workspace_id=stranger.workspace_id),
    ]

    async with database.begin() as uow:
        await uow.alerts.raise_(one, at=NOW)

        assert [await uow.alerts.raise_(other, at=NOW) for other in others] == [True] * 3
        assert not await uow.alerts.end(stranger.workspace_id, "reconnect", "account:1", at=NOW)

import datetime as dt
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from app.bootstrap import Storyline, assembled
from app.first_start import bring_up_to_date
from app.leader import Leader
from app.metrics import ProcessMetrics
from app.settings import load
from app.worker import Worker
from domain.account import AccessToken
from domain.figures import DailyFigures, Figures
from domain.ids import ChatId
from domain.quota import Quota, Reading
from repositories.leadership import leadership


@pytest.fixture
async def storyline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Storyline]:
    monkeypatch.chdir(tmp_path)
    settings = load()
    await bring_up_to_date(settings)
    async with assembled(settings) as product:
        yield product


async def read(storyline: Storyline) -> dict[str, list[tuple[dict[str, str], float]]]:
    worker = Worker(
        dispatch=storyline.dispatch,
        publishing=storyline.publishing,
        reconcile=storyline.reconcile,
        clock=storyline.clock,
        places=1,
    )
    leader = Leader(storyline=storyline, leadership=leadership(storyline.settings.data.url))
    gauges = await ProcessMetrics(storyline=storyline, worker=worker, leader=leader).read()
    return {gauge.name: [(dict(labels), value) for labels, value in gauge.samples] for gauge in gauges}


async def test_before_anything_happened_there_is_only_the_process(storyline: Storyline) -> None:
    gauges = await read(storyline)

    assert gauges["publications_in_hand"] == [({}, 0)]
    assert gauges["leading"] == [({}, False)]
    assert [labels for labels, _ in gauges["loop_silence_seconds"]] == [{"loop": "worker"}]
    assert gauges["automation_ratio_today"] == []
    assert gauges["quota_used"] == []
    assert gauges["prepared_files_of_24_hours"] == [({"outcome": "made"}, 0), ({"outcome": "failed"}, 0)]
    assert gauges["preparing_done_ratio"] == []
    assert gauges["storage_used_bytes"] == []
    assert gauges["storage_used_bytes"] == []


async def test_each_team_has_its_figures_of_its_last_day_and_each_account_its_quota(
    storyline: Storyline,
) -> None:
    now = storyline.clock.now()
    team = await storyline.workspaces.add(name="Team", chat_id=ChatId(-1), by="test", first_settings={})
    account = await storyline.accounts.add(
        team.id,
        platform="instagram",
        external_id="1",
        name="harbour",
        login=None,
        token=AccessToken("EAAB-a-token-of-the-tests"),
        by="test",
    )
    async with storyline.database.begin() as uow:
        days = [(now.date() - dt.timedelta(days=1), 9), (now.date(), 3)]
        await uow.figures.record(
            [
                DailyFigures(workspace_id=team.id, day=day, figures=Figures(by_bot=by_bot, by_hand=1))
                for day, by_bot in days
            ]
        )
        await uow.quotas.store(account.id, Reading(quota=Quota(used=7, total=50), at=now))
        await uow.commit()

    gauges = await read(storyline)

    of_team = {"workspace": "Team", "id": str(team.id)}
    of_account = {"platform": "instagram", "account": "harbour", "id": str(account.id)}
    assert gauges["posts_by_bot_today"] == [(of_team, 3)]
    assert gauges["automation_ratio_today"] == [(of_team, 0.75)]
    assert gauges["error_ratio_today"] == [(of_team, 0.0)]
    assert gauges["quota_used"] == [(of_account, 7)]
    assert gauges["account_connected"] == [(of_account, True)]


async def test_what_the_storage_holds_is_told_once_it_was_measured(
    storyline: Storyline, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosted = storyline.settings.data.data_dir / "hosted"
    hosted.mkdir(parents=True)
    (hosted / "1f.jpg").write_bytes(b"a picture")
    monkeypatch.setenv("CLOUD_STORAGE_PROVIDER", "local")
    monkeypatch.setenv("CLOUD_STORAGE_LIMIT_MB", "2")
    monkeypatch.setenv("PUBLIC_BASE_URL", "http://127.0.0.1:9")

    async with assembled(load()) as hosting:
        await hosting.storage_watch.watch()
        gauges = await read(hosting)

    assert gauges["storage_used_bytes"] == [({}, 9)]
    assert gauges["storage_limit_bytes"] == [({}, 2_000_000)]


async def test_the_leader_tells_how_long_the_libraries_last(storyline: Storyline) -> None:
    team = await storyline.workspaces.add(name="Team", chat_id=ChatId(-1), by="test", first_settings={})
    await storyline.accounts.add(
        team.id,
        platform="instagram",
        external_id="17841",
        name="pots",
        login="facebook",
        token=None,
        by="test",
    )
    assert (await read(storyline))["runway_days"] == []

    await storyline.runway.watch()

    assert (await read(storyline))["runway_days"] == [({"workspace": str(team.id), "category": ""}, 0)]

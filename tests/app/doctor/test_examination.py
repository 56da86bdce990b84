"""The report as a whole: what is well is told, and nothing that is broken hides anything else."""

from domain.finding import Level
from support.examined import NOBODY, Examined, Outside
from support.meta import PAGE_TOKEN
from support.telegram_api import GROUP, TOKEN


async def test_all_is_told_that_is_well(well: Examined) -> None:
    found = await well.findings()

    by_level = {each.check: each.level for each in found}
    assert list(by_level) == [
        "settings",
        "database",
        "keys",
        "posting",
        "clock",
        "zones",
        "user",
        "disk",
        "library",
        "bot",
        "chat",
        "admins",
        "storage",
        "access",
        "permissions",
        "page",
        "quota",
    ]
    assert {check for check, level in by_level.items() if level is not Level.OK} == {"chat"}


async def test_without_a_network_everything_on_this_machine_is_told_all_the_same(
    well: Examined,
) -> None:
    well.given(
        telegram_api_base_url=NOBODY,
        graph_api_base_url=NOBODY,
        instagram_graph_api_base_url=NOBODY,
        cloudinary_upload_prefix=NOBODY,
    )

    levels = {each.check: each.level for each in await well.findings()}

    assert {check for check, level in levels.items() if level is Level.FAIL} == {"bot", "storage", "access"}
    assert levels["clock"] is Level.SKIPPED
    assert levels["database"] is levels["disk"] is levels["library"] is levels["zones"] is Level.OK


async def test_without_a_database_everything_else_is_told_all_the_same(well: Examined) -> None:
    well.given(database_url="postgresql://nobody@127.0.0.1:9/storyline")

    found = {each.check: each for each in await well.findings()}

    assert {check for check, each in found.items() if each.level is Level.FAIL} == {"database"}
    assert found["accounts"].found == "not checked, because the database cannot be read"
    assert found["chat"].subject.startswith("-100")
    assert found["storage"].level is found["bot"].level is Level.OK


async def test_no_finding_shows_a_secret(well: Examined, outside: Outside) -> None:
    outside.meta.graph.kill_token(PAGE_TOKEN)
    well.given(
        cloudinary_api_secret="cloud-canary-secret",
        facebook_app_secret="app-canary-secret",
        telegram_api_base_url=f"{outside.meta.facebook}/canary-path",
    )

    told = str(await well.findings())

    assert not [secret for secret in (TOKEN, PAGE_TOKEN, well.key, "canary-secret") if secret in told]


async def test_looking_changes_nothing(well: Examined, outside: Outside) -> None:
    before = well.rows()

    await well.findings()

    assert well.rows() == before
    assert outside.cloud.cloudinary.assets() == []
    assert outside.telegram.messages(GROUP) == []
    assert {call.method for call in outside.meta.world.calls if call.service == "graph"} == {"GET"}

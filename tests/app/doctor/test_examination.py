"""The report as a whole: what is well is told, and nothing that is broken hides anything else."""

from domain.finding import Level
from support.examined import Examined
from support.meta import PAGE_TOKEN
from support.telegram_api import GROUP, TOKEN


async def test_all_is_told_that_is_well(installation: Examined) -> None:
    found = await installation.findings()

    by_level = {each.check: each.level for each in found}
    assert list(by_level) == [
        "settings",
        "database",
        "keys",
        "posting",
        "clock",
        "zones",
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
    installation: Examined,
) -> None:
    nobody = "http://127.0.0.1:9"
    installation.given(
        telegram_api_base_url=nobody,
        graph_api_base_url=nobody,
        instagram_graph_api_base_url=nobody,
        cloudinary_upload_prefix=nobody,
    )

    levels = {each.check: each.level for each in await installation.findings()}

    assert {check for check, level in levels.items() if level is Level.FAIL} == {"bot", "storage", "access"}
    assert levels["clock"] is Level.SKIPPED
    assert levels["database"] is levels["disk"] is levels["library"] is levels["zones"] is Level.OK


async def test_without_a_database_everything_else_is_told_all_the_same(installation: Examined) -> None:
    installation.given(database_url="postgresql://nobody@127.0.0.1:9/storyline")

    found = {each.check: each for each in await installation.findings()}

    assert {check for check, each in found.items() if each.level is Level.FAIL} == {"database"}
    assert found["accounts"].found == "not checked, because the database cannot be read"
    assert found["chat"].subject.startswith("-100")
    assert found["storage"].level is found["bot"].level is Level.OK


async def test_no_finding_shows_a_secret(installation: Examined) -> None:
    installation.meta.graph.kill_token(PAGE_TOKEN)
    installation.given(
        cloudinary_api_secret="cloud-canary-secret",
        facebook_app_secret="app-canary-secret",
        telegram_api_base_url=f"{installation.meta.facebook}/canary-path",
    )

    told = str(await installation.findings())

    assert not [secret for secret in (TOKEN, PAGE_TOKEN, installation.key, "canary-secret") if secret in told]


async def test_looking_changes_nothing(installation: Examined) -> None:
    before = installation.rows()

    await installation.findings()

    assert installation.rows() == before
    assert installation.cloud.cloudinary.assets() == []
    assert installation.telegram.messages(GROUP) == []
    assert {call.method for call in installation.meta.world.calls if call.service == "graph"} == {"GET"}

"""How the processes of the product start, stop and refuse, and what the command line says."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.media import Need
from domain.publication import State
from support.office import World
from support.pictures import picture_of
from support.product import Product, command, until
from support.teams import ANNA


@pytest.fixture
def second(world: World, tmp_path: Path) -> Iterator[Product]:
    """Another process of the product on the same SQLite file."""
    product = Product(world.environment, tmp_path / "second.log")
    product.start()
    product.until_ready()
    yield product
    if product.is_running:
        product.kill()


def test_it_says_at_its_start_in_plain_words_what_it_has(world: World) -> None:
    (product,) = world.products.values()

    told = product.printed

    assert "Database: SQLite" in told
    assert "Telegram: “Team” in chat" in told
    assert "Accounts: none is connected yet" in told
    assert "Storage: Cloudinary, sandbox." in told


def test_a_terminated_process_ends_what_it_has_in_hand(world: World) -> None:
    (product,) = world.products.values()
    office = world.team()
    world.outside.fault("graph", "media_publish", "delay_answer", delay_seconds=0.6, remaining=1)
    publication_id = office.queue()
    until(lambda: office.times_out(publication_id), within=15, what="the story is out, its answer not yet")

    code = product.stop()

    assert code == 0
    assert office.publication(publication_id).state is State.PUBLISHED
    assert "process.stopped" in product.printed
    product.start()
    product.until_ready()
    assert office.times_out(publication_id) == 1


def test_a_second_process_on_the_same_sqlite_file_shares_the_work_and_doubles_nothing(
    world: World, second: Product
) -> None:
    office = world.team()
    by_hand = [office.queue(needs=frozenset({Need.STICKER})) for _ in range(2)]
    by_bot = [office.queue() for _ in range(3)]

    for publication_id in by_bot:
        office.until_state(publication_id, State.PUBLISHED)
    for publication_id in by_hand:
        office.press(office.card(publication_id), "Posted", by=ANNA)

    assert [office.times_out(publication_id) for publication_id in by_bot] == [1, 1, 1]
    assert len([each for each in office.messages() if "photo" in each]) == 2
    assert second.is_running


def test_the_second_process_leads_when_the_first_is_killed(world: World, second: Product) -> None:
    (first,) = world.products.values()
    office = world.team()

    first.kill()
    publication_id = office.queue(needs=frozenset({Need.STICKER}))
    toast = office.press(office.card(publication_id), "Posted", by=ANNA)

    assert toast == "Done: posted."
    first.start()
    first.until_ready()


def test_the_command_line_connects_imports_queues_and_lists(world: World, tmp_path: Path) -> None:
    office = world.team()
    account, team = office.account, ("--workspace", office.workspace.name)
    (tmp_path / "window.jpg").write_bytes(picture_of("window"))

    imported = command(world.environment, "media", "import", str(tmp_path), "--category", "shop", *team)
    added = command(
        world.environment, "queue", "add", "--file", str(tmp_path / "window.jpg"), "--placement", "story",
        "--account", account.username, "--needs", "sticker", "--json", *team,
    )  # fmt: skip
    (row,) = json.loads(added.stdout)
    office.until_state(row["id"], State.WITH_TEAM)
    listed = command(world.environment, "queue", "list", "--state", "with_team", "--json", *team)
    cancelled = command(world.environment, "queue", "cancel", str(row["id"]), *team)
    refused = command(world.environment, "queue", "cancel", str(row["id"]), *team)

    assert (imported.returncode, imported.stdout.split(",")[0]) == (0, "1 added")
    assert [each["id"] for each in json.loads(listed.stdout)] == [row["id"]]
    assert json.loads(listed.stdout)[0]["lane_reason"] == "needs_person"
    assert cancelled.returncode == 0
    assert (refused.returncode, refused.stderr) == (1, f"{row['id']}: it is cancelled.\n")


def test_a_refusal_is_one_sentence_and_code_1_and_wrong_usage_code_2(world: World, tmp_path: Path) -> None:
    office = world.team()
    (tmp_path / "page.jpg").write_text("no picture")

    refused = command(
        world.environment, "queue", "add", "--file", str(tmp_path / "page.jpg"), "--placement", "story",
        "--workspace", office.workspace.name,
    )  # fmt: skip
    misused = command(world.environment, "queue", "add", "--placement", "story")

    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert "Traceback" not in refused.stderr
    assert misused.returncode == 2


def test_without_a_bot_token_it_says_so_and_how_to_try_it(world: World) -> None:
    ended = command({**world.environment, "TELEGRAM_BOT_TOKEN": ""}, "run")

    assert ended.returncode == 1
    assert "TELEGRAM_BOT_TOKEN" in ended.stderr
    assert "storyline sandbox" in ended.stderr

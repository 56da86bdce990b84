"""The main job through the real product: one process on SQLite, and two on PostgreSQL."""

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.media import Need
from domain.publication import State
from support.office import Office, World
from support.product import command, until
from support.teams import ANNA, BEN

pytestmark = pytest.mark.parametrize("world", ["sqlite", "postgresql"], indirect=True, scope="module")


def test_a_story_goes_out_by_itself_once_and_stands_in_the_history(world: World) -> None:
    office = world.team()

    publication_id = office.queue()
    office.until_state(publication_id, State.PUBLISHED)

    assert office.times_out(publication_id) == 1
    until(lambda: office.publication(publication_id).permalink, within=5, what="its address is known")
    told = command(world.environment, "history", "--json", "--workspace", office.workspace.name)
    (row,) = json.loads(told.stdout)
    assert (row["id"], row["state"], row["lane"]) == (publication_id, "published", "auto")
    assert row["permalink"].startswith("https://")
    assert row["posted_by"] is None
    assert row["error"] is None


def test_what_needs_a_person_comes_as_one_card_that_tells_why(world: World) -> None:
    office = world.team()

    publication_id = office.queue(needs=frozenset({Need.STICKER}))
    card = office.card(publication_id)

    assert "only a person can do this one" in card["caption"]
    assert "Add a sticker" in card["caption"]
    assert len(card["photo"]) > 0
    assert len(office.messages()) == 1
    assert office.times_out(publication_id) == 0


def test_a_press_counts_when_the_product_was_killed_between_card_and_press(world: World) -> None:
    office = world.team()
    publication_id = office.queue(needs=frozenset({Need.STICKER}))
    card = office.card(publication_id)

    world.restart()
    toast = office.press(card, "Posted", by=ANNA)

    assert toast == "Done: posted."
    assert office.publication(publication_id).posted_by == ANNA
    assert "Posted by Anna" in office.card(publication_id, says="Posted by")["caption"]


def test_a_press_counts_that_was_made_while_nothing_ran(world: World) -> None:
    office = world.team()
    publication_id = office.queue(needs=frozenset({Need.STICKER}))
    card = office.card(publication_id)
    for product in world.products.values():
        product.kill()

    world.outside.press(card, "Skip", by=BEN, wait_seconds=0)
    for product in world.products.values():
        product.start()

    office.until_state(publication_id, State.SKIPPED)
    assert "Skipped by Ben" in office.card(publication_id, says="Skipped by")["caption"]
    for product in world.products.values():
        product.until_ready()


def test_of_two_people_who_press_at_once_one_wins_and_the_other_is_told(world: World) -> None:
    office = world.team()
    publication_id = office.queue(needs=frozenset({Need.STICKER}))
    card = office.card(publication_id)

    with ThreadPoolExecutor() as both:
        presses = [
            both.submit(office.press, card, "Posted", by=ANNA),
            both.submit(office.press, card, "Skip", by=BEN),
        ]
    toasts = [press.result() for press in presses]

    winner = {State.PUBLISHED: 0, State.SKIPPED: 1}[office.publication(publication_id).state]
    assert toasts[winner].startswith("Done: ")
    assert "was faster" in toasts[1 - winner]


def planned(office: Office) -> list[dt.datetime]:
    """Return the times for which something is planned."""
    jobs = office.world.run(office.world.storyline.queries.publications(office.workspace.id))
    return [job.publication.planned_at for job in jobs]


def test_a_slot_is_planned_once_however_often_and_by_whomever_it_is_planned(world: World) -> None:
    office = world.team()
    office.stock(6)
    for key, value in (("posts_per_day", "2"), ("window", "00:00-23:59")):
        world.run(world.storyline.workspaces.set(office.workspace.id, key, value, by="test"))

    world.restart()
    world.run(world.storyline.planning.fill(world.storyline.clock.now()))
    first = planned(office)
    world.restart()
    world.run(world.storyline.planning.fill(world.storyline.clock.now()))

    assert planned(office) == first
    assert len(first) == len(set(first))

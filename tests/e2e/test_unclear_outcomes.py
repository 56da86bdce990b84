"""Whatever is unclear after the publish call, a story ends out once, or in front of a person."""

import dataclasses
from typing import Any

import pytest

from domain.publication import State
from support.office import Office, World
from support.product import buttons
from support.teams import ANNA


@dataclasses.dataclass(frozen=True, kw_only=True)
class Trouble:
    """How the publish call goes wrong."""

    effect: str
    operation: str = "media_publish"
    behaviour: str = ""


TROUBLES = {
    "the answer is lost": Trouble(effect="lose_answer"),
    "it is out, and the answer is a 500": Trouble(effect="refuse_after"),
    "it is out, and the answer is that it is spam": Trouble(
        effect="behave", operation="*", behaviour="spam_after_effect"
    ),
    "it is not out, and the answer is a 500": Trouble(effect="refuse"),
    "it is not out, and the connection breaks": Trouble(effect="drop"),
}


def goes_wrong(office: Office, trouble: Trouble) -> None:
    more: dict[str, Any] = {"behaviour": trouble.behaviour} if trouble.behaviour else {}
    office.world.outside.fault(
        "graph",
        trouble.operation,
        trouble.effect,
        remaining=1,
        subject={"account": office.account.id},
        **more,
    )


def cannot_be_read(office: Office) -> None:
    for operation in ("container_status", "stories_list"):
        office.world.outside.fault("graph", operation, "refuse", subject={"account": office.account.id})


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_a_story_is_out_once(world: World, trouble: Trouble) -> None:
    office = world.team()
    goes_wrong(office, trouble)

    publication_id = office.queue()

    office.until_state(publication_id, State.PUBLISHED)
    assert office.times_out(publication_id) == 1


@pytest.mark.parametrize("is_out", [True, False], ids=["it is out", "it is not out"])
def test_when_nothing_can_be_read_a_person_is_asked_and_decides(world: World, *, is_out: bool) -> None:
    office = world.team()
    goes_wrong(office, Trouble(effect="lose_answer" if is_out else "drop"))

    publication_id = asked(office)
    world.outside.no_faults()
    office.press(
        office.card(publication_id, says="Is it live?"),
        "It's live" if is_out else "It's not there, post again",
        by=ANNA,
    )

    publication = office.until_state(publication_id, State.PUBLISHED)
    assert office.times_out(publication_id) == 1
    assert (publication.posted_by == ANNA) is is_out


def test_a_person_may_leave_it_as_it_is(world: World) -> None:
    office = world.team()
    goes_wrong(office, Trouble(effect="drop"))

    publication_id = asked(office)
    card = office.card(publication_id, says="Is it live?")
    office.press(card, "Leave it", by=ANNA)

    assert any("post again" in label for label in buttons(card))
    assert office.publication(publication_id).state is State.CANCELLED
    assert office.times_out(publication_id) == 0


def asked(office: Office) -> int:
    """Queue a story, let reading fail as soon as its publish call was made, and wait for the question."""
    publication_id = office.queue()
    office.until_state(publication_id, State.UNCONFIRMED)
    cannot_be_read(office)
    office.card(publication_id, says="Is it live?")
    return publication_id

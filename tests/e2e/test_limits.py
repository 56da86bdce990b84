"""What the platform limits waits, and is told: through the whole product."""

from collections.abc import Iterator

import pytest

from domain.publication import State
from support.office import Office, World
from support.product import until, words
from support.teams import ANNA


@pytest.fixture
def quota_of_one(world: World) -> Iterator[None]:
    """Every account may make one post in 24 hours."""
    world.outside.post("/graph/settings", quota_total=1)
    yield
    world.outside.post("/graph/settings", quota_total=50)


@pytest.fixture
def withdrawn(world: World) -> Iterator[None]:
    """The version of the API that the product calls is gone."""
    world.outside.post("/graph/settings", oldest_version=26, refuse_retired=True)
    yield
    world.outside.post("/graph/settings", oldest_version=21, refuse_retired=False)


def told(office: Office, text: str) -> bool:
    return any(text in words(message) for message in office.messages())


@pytest.mark.usefixtures("quota_of_one")
def test_what_the_quota_has_no_place_for_is_not_begun_and_status_tells_why(world: World) -> None:
    office = world.team()
    first = office.queue()
    office.until_state(first, State.PUBLISHED)

    second = office.queue()
    until(lambda: office.publication(second).failure, within=10, what="it was held back")

    waiting = office.publication(second)
    assert (waiting.state, waiting.attempts, waiting.checkpoint) == (State.SCHEDULED, 0, {})
    assert waiting.failure is not None
    assert "1 posts in 24 hours, and they are used up" in waiting.failure.message
    answers = office.answers_to("/status", by=ANNA)
    assert any("1 of 1 posts of 24 hours used" in words(answer) for answer in answers)


@pytest.mark.usefixtures("withdrawn")
def test_a_platform_whose_version_is_gone_is_left_alone_and_told_of(world: World) -> None:
    office = world.team()
    first = office.queue()
    until(lambda: told(office, "Instagram cannot be used for now"), within=10, what="the team is told")

    second = office.queue()
    answers = office.answers_to("/status", by=ANNA)

    assert any("Instagram is not available; its publications wait." in words(answer) for answer in answers)
    assert [office.publication(each).attempts for each in (first, second)] == [0, 0]
    assert office.publication(second).version == 1

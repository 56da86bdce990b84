"""Which lane a publication takes: one row a sentence, nothing but values."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from domain.account import AccessToken, Account, AccountState
from domain.capabilities import Capabilities
from domain.ids import (
    AccountId,
    ChatId,
    MediaId,
    PlatformName,
    PostId,
    PublicationId,
    WorkspaceId,
)
from domain.lane import Lane, LaneReason, Route
from domain.media import Description, MediaItem, Need
from domain.post import Post
from domain.publication import Publication, State
from domain.workspace import Workspace, WorkspaceSettings
from services.ports import Job
from services.posting.route import api_refusals, could_go_by_api, needs_in_words, route
from support.builders import image_facts
from support.fake_network import STORY
from support.file_facts import FILM

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
CAPABILITIES = Capabilities(placements={"story": STORY})
API = Route(lane=Lane.AUTO, reason=LaneReason.API)
Change = Callable[[Job], Job]


def fit() -> Job:
    """Return a story against which nothing stands."""
    item = MediaItem(
        id=MediaId(1),
        workspace_id=WorkspaceId(1),
        path="/library/1.jpg",
        sha256="1" * 64,
        facts=image_facts(),
        description=Description(category="harbour"),
        added_at=NOON,
    )
    return Job(
        publication=Publication(
            id=PublicationId(1),
            workspace_id=WorkspaceId(1),
            post_id=PostId(1),
            account_id=AccountId(1),
            platform=PlatformName("fake"),
            placement="story",
            state=State.PUBLISHING,
            version=2,
            planned_at=NOON,
            due_at=NOON,
        ),
        post=Post(
            id=PostId(1),
            workspace_id=WorkspaceId(1),
            caption="",
            link="",
            needs=frozenset(),
            media=(item,),
        ),
        account=Account(
            id=AccountId(1),
            workspace_id=WorkspaceId(1),
            platform=PlatformName("fake"),
            external_id="1",
            name="harbour",
            login="fake",
            state=AccountState.ACTIVE,
            has_token=True,
        ),
        workspace=Workspace(
            id=WorkspaceId(1),
            name="Team",
            chat_id=ChatId(-1),
            settings=WorkspaceSettings(api_enabled=True),
        ),
        token=AccessToken("a token"),
    )


def settings(**changes: Any) -> Change:
    return lambda job: dataclasses.replace(
        job,
        workspace=dataclasses.replace(
            job.workspace, settings=dataclasses.replace(job.workspace.settings, **changes)
        ),
    )


def publication(**changes: Any) -> Change:
    return lambda job: dataclasses.replace(job, publication=dataclasses.replace(job.publication, **changes))


def account(**changes: Any) -> Change:
    return lambda job: dataclasses.replace(job, account=dataclasses.replace(job.account, **changes))


def needs(*wanted: Need) -> Change:
    return lambda job: dataclasses.replace(job, post=dataclasses.replace(job.post, needs=frozenset(wanted)))


def item(**changes: Any) -> Change:
    return lambda job: dataclasses.replace(
        job, post=dataclasses.replace(job.post, media=(dataclasses.replace(job.post.media[0], **changes),))
    )


def no_token(job: Job) -> Job:
    return dataclasses.replace(job, token=None)


def changed(*changes: Change) -> Job:
    job = fit()
    for change in changes:
        job = change(job)
    return job


ASKED = publication(lane_wish=Lane.MANUAL)
BY_HAND = settings(manual_categories=frozenset({"harbour"}))
API_OFF = settings(api_enabled=False)
PNG = item(facts=image_facts(format="PNG"))
UNPREPARED = settings(prepares=False)
MALFORMED = item(description=Description(problem="1.yml, line 3: no such need"))
WAITS = settings(waits_for_access=True)
DEAD = account(state=AccountState.NEEDS_RECONNECT, state_reason="the session has expired")

TABLE: list[tuple[str, list[Change], Route]] = [
    ("nothing stands against the API", [], API),
    ("a person asked for the bot", [publication(lane_wish=Lane.AUTO)], API),
    (
        "a person asked for a person",
        [ASKED],
        Route(lane=Lane.MANUAL, reason=LaneReason.ASKED_FOR),
    ),
    (
        "a postponed card keeps the reason it came with",
        [publication(lane_wish=Lane.MANUAL, lane_reason=LaneReason.FAILED)],
        Route(lane=Lane.MANUAL, reason=LaneReason.FAILED),
    ),
    ("the API is off for the team", [API_OFF], Route(lane=Lane.MANUAL, reason=LaneReason.API_OFF)),
    (
        "the API is off, whatever a person asked the bot",
        [API_OFF, publication(lane_wish=Lane.AUTO)],
        Route(lane=Lane.MANUAL, reason=LaneReason.API_OFF),
    ),
    (
        "its description is malformed, and nobody knows what it needs",
        [MALFORMED],
        Route(lane=Lane.MANUAL, reason=LaneReason.NEEDS_PERSON, detail="1.yml, line 3: no such need"),
    ),
    (
        "it needs a sticker",
        [needs(Need.STICKER)],
        Route(lane=Lane.MANUAL, reason=LaneReason.NEEDS_PERSON, detail="a sticker"),
    ),
    (
        "it needs three things",
        [needs(Need.MUSIC, Need.STICKER, Need.LINK)],
        Route(lane=Lane.MANUAL, reason=LaneReason.NEEDS_PERSON, detail="a sticker, a link and music"),
    ),
    (
        "it needs a person, whatever a person asked the bot",
        [needs(Need.POLL), publication(lane_wish=Lane.AUTO)],
        Route(lane=Lane.MANUAL, reason=LaneReason.NEEDS_PERSON, detail="a poll"),
    ),
    (
        "the API would refuse the file, and nothing is prepared",
        [PNG, UNPREPARED],
        Route(
            lane=Lane.MANUAL,
            reason=LaneReason.NOT_EXPRESSIBLE,
            detail="the file is PNG, only JPEG goes",
        ),
    ),
    ("the API would refuse the file, and preparation mends that", [PNG], API),
    (
        "the API would refuse the file, and preparation cannot mend that",
        [item(facts=FILM)],
        Route(
            lane=Lane.MANUAL,
            reason=LaneReason.NOT_EXPRESSIBLE,
            detail="a story takes no videos",
        ),
    ),
    (
        "the API has no such placement",
        [publication(placement="reel")],
        Route(lane=Lane.MANUAL, reason=LaneReason.NOT_EXPRESSIBLE, detail="the API has no reel"),
    ),
    (
        "the account's access is dead",
        [DEAD],
        Route(lane=Lane.MANUAL, reason=LaneReason.RECONNECT, detail="the session has expired"),
    ),
    (
        "the account's access is dead, and the team waits for it",
        [DEAD, WAITS],
        Route(lane=Lane.AUTO, reason=LaneReason.RECONNECT, detail="the session has expired"),
    ),
    (
        "what goes by hand does not wait for access",
        [DEAD, settings(waits_for_access=True, manual_categories=frozenset({"harbour"}))],
        Route(lane=Lane.MANUAL, reason=LaneReason.CATEGORY),
    ),
    ("the account has no token", [no_token], Route(lane=Lane.MANUAL, reason=LaneReason.RECONNECT)),
    ("its category goes by hand", [BY_HAND], Route(lane=Lane.MANUAL, reason=LaneReason.CATEGORY)),
    ("another category goes by hand", [settings(manual_categories=frozenset({"pottery"}))], API),
    (
        "its category goes by hand, and a person asked the bot all the same",
        [BY_HAND, publication(lane_wish=Lane.AUTO)],
        API,
    ),
    (
        "what was asked for comes before the API being off",
        [ASKED, API_OFF],
        Route(lane=Lane.MANUAL, reason=LaneReason.ASKED_FOR),
    ),
    (
        "the API being off comes before what it needs",
        [API_OFF, needs(Need.POLL)],
        Route(lane=Lane.MANUAL, reason=LaneReason.API_OFF),
    ),
    (
        "a malformed description comes before what it says",
        [MALFORMED, needs(Need.POLL)],
        Route(lane=Lane.MANUAL, reason=LaneReason.NEEDS_PERSON, detail="1.yml, line 3: no such need"),
    ),
    (
        "what it needs comes before what the API takes",
        [needs(Need.POLL), PNG],
        Route(lane=Lane.MANUAL, reason=LaneReason.NEEDS_PERSON, detail="a poll"),
    ),
    (
        "what the API takes comes before who may use it",
        [publication(placement="reel"), no_token],
        Route(lane=Lane.MANUAL, reason=LaneReason.NOT_EXPRESSIBLE, detail="the API has no reel"),
    ),
    (
        "a dead access comes before the category",
        [no_token, BY_HAND],
        Route(lane=Lane.MANUAL, reason=LaneReason.RECONNECT),
    ),
]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [pytest.param(changes, expected, id=sentence) for sentence, changes, expected in TABLE],
)
def test_the_lane_and_its_reason(changes: list[Change], expected: Route) -> None:
    assert route(changed(*changes), CAPABILITIES) == expected


def test_every_reason_that_routing_gives_is_in_the_table() -> None:
    # The cap has a test of its own; that a quota is used up is found on the way, and decided by the policy.
    given_elsewhere = {LaneReason.QUOTA, LaneReason.DAILY_CAP}

    assert {expected.reason for _, _, expected in TABLE} == set(LaneReason) - given_elsewhere


def test_a_platform_without_its_plug_in_goes_to_the_team() -> None:
    assert route(fit(), None) == Route(
        lane=Lane.MANUAL,
        reason=LaneReason.NOT_EXPRESSIBLE,
        detail="Storyline cannot post on fake by itself",
    )


def test_what_goes_but_looks_otherwise_than_one_may_think_is_told() -> None:
    job = fit()
    square = dataclasses.replace(job.post.media[0], facts=image_facts(width=1000, height=1000))
    several = dataclasses.replace(STORY, max_media=10, is_cropped_to_first=True)
    two = dataclasses.replace(job, post=dataclasses.replace(job.post, media=(*job.post.media, square)))

    chosen = route(two, Capabilities(placements={"story": several}))

    assert chosen.lane is Lane.AUTO
    assert chosen.detail == "all files are cropped to the shape of the first: 2"


def test_everything_the_api_would_refuse_is_told_at_once() -> None:
    job = changed(item(facts=image_facts(format="PNG", size_bytes=9_000_000)), UNPREPARED)

    assert api_refusals(job, CAPABILITIES) == [
        "the file is PNG, only JPEG goes",
        "the file has 9.0 MB, at most 8.0 MB go",
    ]


@pytest.mark.parametrize("change", [ASKED, BY_HAND, publication(lane_reason=LaneReason.FAILED), PNG])
def test_the_bot_is_offered_where_only_a_wish_or_a_failure_stands_against_it(change: Change) -> None:
    assert could_go_by_api(changed(change), CAPABILITIES)


@pytest.mark.parametrize(
    "change",
    [
        API_OFF,
        MALFORMED,
        needs(Need.POLL),
        item(facts=FILM),
        DEAD,
        account(state=AccountState.PAUSED),
        no_token,
    ],
)
def test_the_bot_is_not_offered_where_it_could_not_post(change: Change) -> None:
    assert not could_go_by_api(changed(change), CAPABILITIES)


def test_needs_read_as_a_sentence_goes_on() -> None:
    assert needs_in_words(frozenset()) == ""
    assert needs_in_words(frozenset({Need.PRODUCT, Need.LINK})) == "a link and a product tag"


@pytest.mark.parametrize(
    ("cap", "begun_today", "expected_route"),
    [
        (None, 1000, API),
        (3, 2, API),
        (3, 3, Route(lane=Lane.MANUAL, reason=LaneReason.DAILY_CAP)),
        (0, 0, Route(lane=Lane.MANUAL, reason=LaneReason.DAILY_CAP)),
    ],
)
def test_the_daily_cap_sends_the_rest_to_the_team(
    cap: int | None, begun_today: int, expected_route: Route
) -> None:
    job = changed(settings(daily_cap=cap))

    assert route(job, CAPABILITIES, begun_today=begun_today) == expected_route


def test_a_person_may_let_the_bot_post_beyond_the_cap() -> None:
    job = changed(settings(daily_cap=0), publication(lane_wish=Lane.AUTO))

    assert route(job, CAPABILITIES, begun_today=5) == API

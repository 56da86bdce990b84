"""Which lane a publication takes, and why: a pure function of what is known at that moment."""

import dataclasses

from domain.account import AccountState
from domain.capabilities import Capabilities, Placement
from domain.lane import Lane, LaneReason, Route
from domain.media import Need
from domain.post import Post
from domain.publication import State
from domain.recipe import expected_post
from domain.violations import remarks, violations
from services.ports import Job, Networks

_NEED_WORDS = {
    Need.STICKER: "a sticker",
    Need.LINK: "a link",
    Need.POLL: "a poll",
    Need.PRODUCT: "a product tag",
    Need.MUSIC: "music",
}


def route(job: Job, capabilities: Capabilities | None, *, begun_today: int = 0) -> Route:
    """Return the lane of a due publication, with the first reason that decides.

    The bot's lane for want of access means that it waits for that.

    Args:
        job: the publication with all around it.
        capabilities: None where the platform's plug-in is not there.
        begun_today: how many other posts the bot began on the account on this local date.
    """
    settings = job.workspace.settings
    if job.publication.lane_wish is Lane.MANUAL:
        return Route(lane=Lane.MANUAL, reason=job.publication.lane_reason or LaneReason.ASKED_FOR)
    if not settings.api_enabled:
        return Route(lane=Lane.MANUAL, reason=LaneReason.API_OFF)
    if problems := _described_problems(job.post):
        return Route(lane=Lane.MANUAL, reason=LaneReason.NEEDS_PERSON, detail=problems)
    if job.post.needs:
        return Route(lane=Lane.MANUAL, reason=LaneReason.NEEDS_PERSON, detail=needs_in_words(job.post.needs))
    if refused := api_refusals(job, capabilities):
        return Route(lane=Lane.MANUAL, reason=LaneReason.NOT_EXPRESSIBLE, detail="; ".join(refused))
    is_cut_off = job.account.state is AccountState.NEEDS_RECONNECT
    if (is_cut_off and not settings.waits_for_access) or job.token is None:
        return Route(lane=Lane.MANUAL, reason=LaneReason.RECONNECT, detail=job.account.state_reason)
    if job.publication.lane_wish is None and _by_hand(job):
        return Route(lane=Lane.MANUAL, reason=LaneReason.CATEGORY)
    if job.publication.lane_wish is None and _is_capped(job, begun_today):
        return Route(lane=Lane.MANUAL, reason=LaneReason.DAILY_CAP)
    if is_cut_off:
        return Route(lane=Lane.AUTO, reason=LaneReason.RECONNECT, detail=job.account.state_reason)
    return Route(lane=Lane.AUTO, reason=LaneReason.API, detail="; ".join(_remarks(job, capabilities)))


def expected(job: Job, networks: Networks) -> Job:
    """Return a scheduled job with the lane it would take if it were due now; any other as it is."""
    if job.publication.state is not State.SCHEDULED:
        return job
    network = networks.get(job.publication.platform)
    chosen = route(job, network.capabilities if network else None)
    return dataclasses.replace(
        job,
        publication=dataclasses.replace(
            job.publication, lane=chosen.lane, lane_reason=chosen.reason, lane_detail=chosen.detail
        ),
    )


def api_refusals(job: Job, capabilities: Capabilities | None) -> list[str]:
    """Return what the platform's API would refuse of this publication once it is prepared, in words."""
    if capabilities is None:
        return [f"Storyline cannot post on {job.publication.platform} by itself"]
    placement = capabilities.placements.get(job.publication.placement)
    if placement is None:
        return [f"the API has no {job.publication.placement}"]
    return [violation.says for violation in violations(_as_it_would_go(job, placement), placement)]


def could_go_by_api(job: Job, capabilities: Capabilities | None) -> bool:
    """Whether the bot could post it if a person lets it: only a wish or a failure stands against it."""
    return (
        job.workspace.settings.api_enabled
        and not _described_problems(job.post)
        and not job.post.needs
        and not api_refusals(job, capabilities)
        and job.account.state is AccountState.ACTIVE
        and job.token is not None
    )


def needs_in_words(needs: frozenset[Need]) -> str:
    """Return what a person must add, such as `a sticker and music`."""
    words = [_NEED_WORDS[need] for need in Need if need in needs]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _remarks(job: Job, capabilities: Capabilities | None) -> list[str]:
    placement = capabilities.placements.get(job.publication.placement) if capabilities else None
    return remarks(_as_it_would_go(job, placement), placement) if placement else []


def _as_it_would_go(job: Job, placement: Placement) -> Post:
    settings = job.workspace.settings
    return expected_post(job.post, placement, settings.wishes) if settings.prepares else job.post


def _described_problems(post: Post) -> str:
    return "; ".join(item.description.problem for item in post.media if item.description.problem)


def _is_capped(job: Job, begun_today: int) -> bool:
    cap = job.workspace.settings.daily_cap
    return cap is not None and begun_today >= cap


def _by_hand(job: Job) -> bool:
    categories = job.workspace.settings.manual_categories
    return any(item.description.category in categories for item in job.post.media)

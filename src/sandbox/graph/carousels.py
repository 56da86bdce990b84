"""What may become a carousel."""

import datetime as dt
from collections.abc import Mapping, Sequence

from sandbox.graph.accounts import Account, Surface
from sandbox.graph.containers import Container, Status
from sandbox.graph.errors import (
    CHILD_COUNT,
    CONTAINER_EXPIRED,
    NOT_READY,
    UNKNOWN_CONTAINER,
    GraphError,
    bad_parameter,
)
from sandbox.graph.settings import GraphSettings

FEWEST_CHILDREN = 2


def children_of(
    account: Account,
    child_ids: Sequence[str],
    containers: Mapping[str, Container],
    *,
    settings: GraphSettings,
    now: dt.datetime,
) -> list[Container]:
    """Return the containers of a carousel in their order, each ready. Raises `GraphError`.

    Clients that did not wait for the children saw 9007/2207027 from the carousel's own calls; here the first
    of them gives it.
    """
    if not FEWEST_CHILDREN <= len(child_ids) <= settings.most_children:
        raise GraphError(CHILD_COUNT)
    if len(set(child_ids)) < len(child_ids):
        raise bad_parameter("(#100) Param children must not contain duplicates")
    if not settings.reuse_children and _in_a_carousel(containers) & set(child_ids):
        raise bad_parameter("(#100) Param children must not be in a carousel already")
    return [_child(account, containers.get(child_id), now) for child_id in child_ids]


def _child(account: Account, child: Container | None, now: dt.datetime) -> Container:
    if child is None or child.account_id != account.id:
        raise GraphError(UNKNOWN_CONTAINER)
    if child.surface is not Surface.ITEM:
        raise bad_parameter(f"(#100) Param children must be carousel items, {child.id} is none")
    match child.status(now):
        case Status.EXPIRED:
            raise GraphError(CONTAINER_EXPIRED)
        case Status.FINISHED:
            return child
        case _:
            raise GraphError(NOT_READY)


def _in_a_carousel(containers: Mapping[str, Container]) -> set[str]:
    return {child_id for container in containers.values() for child_id in container.child_ids}

"""Let a process die at every place of a flow in turn; what the flow is and must come to, the caller says."""

import os
from collections.abc import Awaitable, Callable

from support.boundaries import Boundaries, ProcessDiedError
from support.posting_world import PostingWorld

EVERY = int(os.environ.get("CRASH_EVERY", "9"))
"""At every so many places; with CRASH_EVERY=1 in the environment at all of them, which takes minutes."""


async def at_every_place(one: Callable[[Boundaries], Awaitable[None]]) -> None:
    """Run the flow once to count its places, then once for each place with a crash there."""
    undisturbed = Boundaries()
    await one(undisturbed)
    places = undisturbed.passed
    for number in range(0, len(places), EVERY):
        try:
            await one(Boundaries(dies_at=number))
        except AssertionError as error:
            error.add_note(f"the process died at {places[number]}, place {number} of {len(places)}")
            raise
    print(f"{len(range(0, len(places), EVERY))} of {len(places)} places")  # noqa: T201  (the count is the result)
    assert len(places) > EVERY


async def lives_or_dies(flow: Callable[[PostingWorld], Awaitable[None]], process: PostingWorld) -> None:
    """Run a flow in a process that may die in it."""
    try:
        await flow(process)
    except ProcessDiedError:
        assert process.boundaries.is_dead

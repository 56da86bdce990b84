"""The way to a carousel: each file's container is made and finished before that of the whole.

Otherwise the API answers 9007/2207027. Source: client issues, as recorded 2026-11-20.
"""

import contextlib
import dataclasses
from collections.abc import Generator, Mapping

from domain.errors import RejectedError
from platforms.instagram.checkpoint import Checkpoint, Draft
from platforms.instagram.drafts import Workbench
from platforms.instagram.payloads import child_params, children_params
from services.ports import Progress, Wait


async def carousel_step(
    bench: Workbench, checkpoint: Checkpoint, params: Mapping[str, str]
) -> Progress | Wait:
    """Do the next step towards the container of a whole carousel, which has none.

    Args:
        bench: works on the containers.
        checkpoint: knows the children.
        params: of the whole, but for its children.
    """
    media = bench.job.post.media
    if len(checkpoint.children) != len(media):
        checkpoint = dataclasses.replace(checkpoint, children=tuple(Draft() for _ in media))
    for position, (child, item) in enumerate(zip(checkpoint.children, media, strict=True)):
        with _named(position, len(media)):
            if not child.container_id or bench.is_upload_broken(child):
                made = await bench.made(child, child_params(bench.job.post, item), item)
                return _done(checkpoint.with_child(position, made), "create_container")
            if child.upload_to:
                return _done(checkpoint.with_child(position, await bench.sent(child, item)), "upload")
    for position, child in enumerate(checkpoint.children):
        if child.finished_in == bench.job.publication.attempts:
            continue
        with _named(position, len(media)):
            pending = await bench.pending(child)
        if pending is not None:
            return pending.step(checkpoint.with_child(position, pending.draft))
        finished = dataclasses.replace(child, finished_in=bench.job.publication.attempts)
        checkpoint = checkpoint.with_child(position, finished)
    ids = [child.container_id for child in checkpoint.children]
    whole = await bench.made(checkpoint.draft, {**params, **children_params(ids)})
    return _done(checkpoint.with_draft(whole), "create_container")


def _done(checkpoint: Checkpoint, what: str) -> Progress:
    return Progress(checkpoint=checkpoint.stored(), did=what)


@contextlib.contextmanager
def _named(position: int, count: int) -> Generator[None]:
    """Say which of the files it is that Instagram refuses."""
    try:
        yield
    except RejectedError as error:
        raise RejectedError(
            f"File {position + 1} of {count}: {error}",
            platform=error.platform,
            code=error.code,
            subcode=error.subcode,
            http_status=error.http_status,
            trace_id=error.trace_id,
        ) from error

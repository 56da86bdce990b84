"""The way to a carousel: each file's container is made and finished before that of the whole.

Otherwise the API answers 9007/2207027. Source: client issues, as recorded 2026-11-20.
"""

import dataclasses
from collections.abc import Mapping

from domain.errors import PublishingError, RejectedError
from domain.media import MediaItem
from platforms.instagram.checkpoint import Checkpoint, Draft
from platforms.instagram.drafts import Pending, Workbench
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
        if not child.container_id or bench.is_upload_broken(child):
            made = await _made(bench, child, position)
            return Progress(checkpoint=checkpoint.with_child(position, made).stored(), did="create_container")
        if child.upload_to:
            sent = await bench.sent(child, item)
            return Progress(checkpoint=checkpoint.with_child(position, sent).stored(), did="upload")
    for position, child in enumerate(checkpoint.children):
        if child.finished_in == bench.job.publication.attempts:
            continue
        if (pending := await _pending(bench, child, position)) is not None:
            return pending.step(checkpoint.with_child(position, pending.draft))
        finished = dataclasses.replace(child, finished_in=bench.job.publication.attempts)
        checkpoint = checkpoint.with_child(position, finished)
    ids = [child.container_id for child in checkpoint.children]
    whole = await bench.made(checkpoint.draft, {**params, **children_params(ids)})
    return Progress(checkpoint=checkpoint.with_draft(whole).stored(), did="create_container")


async def _made(bench: Workbench, child: Draft, position: int) -> Draft:
    item = bench.job.post.media[position]
    try:
        return await bench.made(child, child_params(bench.job.post, item), item)
    except RejectedError as error:
        raise _named(error, bench.job.post.media, position) from error


async def _pending(bench: Workbench, child: Draft, position: int) -> Pending | None:
    try:
        return await bench.pending(child)
    except RejectedError as error:
        raise _named(error, bench.job.post.media, position) from error


def _named(error: RejectedError, media: tuple[MediaItem, ...], position: int) -> PublishingError:
    return RejectedError(
        f"File {position + 1} of {len(media)}: {error}",
        platform=error.platform,
        code=error.code,
        subcode=error.subcode,
        http_status=error.http_status,
        trace_id=error.trace_id,
    )

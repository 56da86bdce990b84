"""Make of a post's files what its placement takes, ahead of its time or at it; keep the copies a while."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import logging
import weakref
from collections.abc import AsyncGenerator, Collection, Mapping
from pathlib import Path
from typing import Protocol

from domain.capabilities import MediaLimits, Placement
from domain.errors import PublishingError, RejectedError, TransientError
from domain.ids import MediaId, PublicationId, WorkspaceId
from domain.lane import Lane
from domain.media import MediaItem, MediaKind
from domain.post import Post
from domain.recipe import ImageRecipe, Recipe, VideoRecipe, key_of, plainest, recipes_for
from domain.violations import file_violations
from services.media.unfinished import delete_stale, is_stale, new_unfinished
from services.ports import Clock, Job, Networks, Preparer, Prober, UnreadableMediaError
from services.posting.route import route
from services.repositories.prepared import PreparedFile
from services.unit_of_work import Database

logger = logging.getLogger(__name__)

AHEAD_LIMIT = 500
"""Publications that one round looks at."""
SWEEP_LIMIT = 100
BASE_PATIENCE = dt.timedelta(minutes=1)
PATIENCE_PER_LENGTH = 20
"""How many times its length the preparation of a video may take, beside the base."""
MOST_PATIENCE = dt.timedelta(hours=1)
SUFFIXES = {MediaKind.IMAGE: ".jpg", MediaKind.VIDEO: ".mp4"}


class Hasher(Protocol):
    """Hashes media files, in another process so that large ones hold nothing up."""

    async def sha256(self, path: Path) -> str:
        """Return the lower-case hex SHA-256 of a file.

        Raises:
            UnreadableMediaError: by its first bytes or its size it is nothing that can be used.
        """
        ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long prepared copies are kept, and how many."""

    most_bytes: int
    """Of all copies together; what a coming publication needs is kept beyond it."""
    retention: dt.timedelta
    """Since a copy was last used."""
    ahead: dt.timedelta
    """How long before its time a publication is prepared."""


@dataclasses.dataclass(slots=True, kw_only=True, eq=False)
class Underway:
    """A file that is being prepared at this moment."""

    workspace_id: WorkspaceId
    name: str
    """Of the original."""
    share: float = 0.0
    """How much of it is done, from 0 to 1."""


class PreparationService:
    """Prepares files by recipes; each result is kept by the key of recipe and content, and made once."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        networks: Networks,
        preparer: Preparer,
        prober: Prober,
        hasher: Hasher,
        folder: Path,
        keeping: Keeping,
    ) -> None:
        self._database = database
        self._clock = clock
        self._networks = networks
        self._preparer = preparer
        self._prober = prober
        self._hasher = hasher
        self._folder = folder
        self._keeping = keeping
        self._locks = weakref.WeakValueDictionary[str, asyncio.Lock]()
        self._underway: list[Underway] = []
        self._parts: set[Path] = set()

    @property
    def underway(self) -> Collection[Underway]:
        """What is being prepared by this process."""
        return tuple(self._underway)

    async def prepared(self, job: Job) -> Job:
        """Return a job whose files are as its placement takes them, preparing those that are not yet.

        A publication that was begun goes on with the copies it was begun with, whatever was set meanwhile.

        Raises:
            RejectedError: a file cannot be prepared.
            TransientError: there is no room for what is prepared.
        """
        recipes = self._recipes(job)
        if not recipes:
            return job
        items = {item.id: item for item in _files_of(job.post)}
        keys = {
            media_id: key_of(recipe, sha256=items[media_id].sha256) for media_id, recipe in recipes.items()
        }
        async with self._database.read() as look:
            used = await look.prepared.used(job.publication.id) if job.publication.checkpoint else {}
            known = await look.prepared.find(set(keys.values()) - {file.key for file in used.values()})
        copies: dict[MediaId, PreparedFile] = {}
        for media_id, recipe in recipes.items():
            copy = used.get(media_id) or known.get(keys[media_id])
            if copy is None or not await asyncio.to_thread(_is_there, copy):
                copy = await self._made(items[media_id], recipe, keys[media_id], job)
            copies[media_id] = copy
        while copies != used:
            gone = await self._record(
                {job.publication.id: {media_id: copy.key for media_id, copy in copies.items()}}
            )
            if not gone:
                break
            # The sweep took them for unused in this moment.
            for media_id in [media_id for media_id, copy in copies.items() if copy.key in gone]:
                copies[media_id] = await self._made(items[media_id], recipes[media_id], keys[media_id], job)
        return _showing(job, copies)

    async def as_posted(self, job: Job) -> Job:
        """Return a job with the files that it went out with, if it did, to recognise it by.

        These may be others than would be made now: somebody may have set something else meanwhile.
        """
        if not job.post.media:
            return job
        async with self._database.read() as look:
            used = await look.prepared.used(job.publication.id)
        return _showing(job, used)

    async def prepare_ahead(self) -> None:
        """Prepare what is due soon and will go out by the bot, so that nothing is left to do at its time."""
        before = self._clock.now() + self._keeping.ahead
        async with self._database.read() as look:
            coming = await look.prepared.coming(before=before, limit=AHEAD_LIMIT)
            wanted = {job.publication.id: self._wanted(job) for job in coming}
            keys = {key for files in wanted.values() for _, _, key in files}
            known = await look.prepared.find(keys) if keys else {}
            unknown = keys - known.keys()
            failed = await look.prepared.failed(unknown) if unknown else frozenset[str]()
        ready: dict[PublicationId, dict[MediaId, str]] = {}
        for job in coming:
            for item, recipe, key in wanted[job.publication.id]:
                if key in failed:
                    continue
                if key not in known:
                    # At its time it is tried once more, and then a person hears of it.
                    with contextlib.suppress(RejectedError, TransientError):
                        known[key] = await self._made(item, recipe, key, job)
                if key in known:
                    ready.setdefault(job.publication.id, {})[item.id] = key
        if ready:
            await self._record(ready)

    async def sweep(self) -> None:
        """Delete copies that were not used for long, and of too many those that were not used for longest."""
        now = self._clock.now()
        async with self._database.read() as look:
            old = await look.prepared.unused_since(now - self._keeping.retention, limit=SWEEP_LIMIT)
            excess = await look.prepared.kept_bytes() - self._keeping.most_bytes
            spare = await look.prepared.dispensable(limit=SWEEP_LIMIT) if excess > 0 else {}
        gone = dict(old)
        for key, file in spare.items():
            if sum(each.facts.size_bytes for each in gone.values()) >= excess:
                break
            gone[key] = file
        if gone:
            async with self._database.begin() as uow:
                discarded = await uow.prepared.discard(gone, at=now)
                await uow.commit()
            await asyncio.to_thread(_delete, [Path(gone[key].path) for key in discarded])
        await self._delete_what_nobody_knows(now)

    async def _delete_what_nobody_knows(self, now: dt.datetime) -> None:
        """Delete what a process left that died before it had recorded it."""
        await asyncio.to_thread(delete_stale, self._folder, now=now, written=frozenset(self._parts))
        lying = await asyncio.to_thread(_old_copies, self._folder, now)
        async with self._database.read() as look:
            known = await look.prepared.find(lying) if lying else {}
        lost = lying.keys() - known.keys() - set(self._locks)
        await asyncio.to_thread(_delete, [lying[key] for key in lost])

    def _placement(self, job: Job) -> Placement | None:
        network = self._networks.get(job.publication.platform)
        return network.capabilities.placements.get(job.publication.placement) if network else None

    def _recipes(self, job: Job) -> Mapping[MediaId, Recipe]:
        placement, settings = self._placement(job), job.workspace.settings
        if placement is None or not settings.prepares:
            return {}
        return recipes_for(job.post, placement, settings.wishes)

    def _wanted(self, job: Job) -> list[tuple[MediaItem, Recipe, str]]:
        network = self._networks.get(job.publication.platform)
        if route(job, network.capabilities if network else None).lane is not Lane.AUTO:
            return []
        recipes = self._recipes(job)
        return [
            (item, recipes[item.id], key_of(recipes[item.id], sha256=item.sha256))
            for item in _files_of(job.post)
            if item.id in recipes
        ]

    async def _made(self, item: MediaItem, recipe: Recipe, key: str, job: Job) -> PreparedFile:
        """Return the copy, made now, by a plainer recipe where this one fails.

        Raises:
            RejectedError: it cannot be made.
            TransientError: it cannot be written.
        """
        limits = self._limits(item, recipe, job)
        async with self._one_at_a_time(key, item) as underway:
            async with self._database.read() as look:
                known = (await look.prepared.find([key])).get(key)
            if known is not None and await asyncio.to_thread(_is_there, known):
                return known
            try:
                await self._check_unchanged(item)
                try:
                    file = await self._developed(item, recipe, key, limits, underway)
                except UnreadableMediaError as first:
                    plainer = plainest(recipe) if isinstance(recipe, VideoRecipe) else None
                    if plainer is None:
                        raise
                    logger.warning("media.preparing_plainer", extra={"media": item.id, "reason": str(first)})
                    file = await self._developed(item, plainer, key, limits, underway)
            except UnreadableMediaError as error:
                logger.warning("media.not_prepared", extra={"media": item.id, "reason": str(error)})
                async with self._database.begin() as uow:
                    await uow.prepared.add_failure(key, str(error), at=self._clock.now())
                    await uow.commit()
                raise _rejected(item, job, str(error)) from error
            except OSError as error:
                logger.warning("media.copy_not_written", extra={"media": item.id, "reason": str(error)})
                raise _unwritten(item, job, error) from error
            async with self._database.begin() as uow:
                await uow.prepared.add(file, at=self._clock.now())
                await uow.commit()
            return file

    async def _developed(
        self, item: MediaItem, recipe: Recipe, key: str, limits: MediaLimits, underway: Underway
    ) -> PreparedFile:
        suffix = SUFFIXES[MediaKind.IMAGE if isinstance(recipe, ImageRecipe) else MediaKind.VIDEO]
        part = await asyncio.to_thread(new_unfinished, self._folder)

        def heard(share: float) -> None:
            underway.share = share

        self._parts.add(part)
        try:
            await self._preparer.prepare(
                recipe, source=Path(item.path), target=part, patience=patience_for(item), on_progress=heard
            )
            facts = await self._prober.probe(part)
            if wrong := file_violations(facts, limits):
                raise UnreadableMediaError("; ".join(each.says for each in wrong))
            if (facts.width, facts.height) != (recipe.width, recipe.height):
                raise UnreadableMediaError(f"it came out with {facts.width} × {facts.height} pixels")
            sha256 = await self._hasher.sha256(part)
            path = self._folder / f"{key}{suffix}"
            await asyncio.to_thread(part.replace, path)
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)
            self._parts.discard(part)
        return PreparedFile(key=key, path=str(path), sha256=sha256, facts=facts)

    async def _check_unchanged(self, item: MediaItem) -> None:
        if await self._hasher.sha256(Path(item.path)) != item.sha256:
            raise UnreadableMediaError("it has changed since it was imported")

    def _limits(self, item: MediaItem, recipe: Recipe, job: Job) -> MediaLimits:
        placement = self._placement(job)
        if placement is None:
            raise LookupError(f"nothing is prepared for {job.publication.placement}")
        is_cover = item not in job.post.media
        image = placement.cover if is_cover else placement.image
        limits = image if isinstance(recipe, ImageRecipe) else placement.video
        if limits is None:
            raise LookupError(f"a {placement.name} takes no such file")
        return limits

    @contextlib.asynccontextmanager
    async def _one_at_a_time(self, key: str, item: MediaItem) -> AsyncGenerator[Underway]:
        underway = Underway(workspace_id=item.workspace_id, name=Path(item.path).name)
        async with self._locks.setdefault(key, asyncio.Lock()):
            self._underway.append(underway)
            try:
                yield underway
            finally:
                self._underway.remove(underway)

    async def _record(self, uses: Mapping[PublicationId, Mapping[MediaId, str]]) -> frozenset[str]:
        """Store which copies are used; return the keys of those that are deleted by now."""
        async with self._database.begin() as uow:
            gone = await uow.prepared.use(uses, at=self._clock.now())
            await uow.commit()
        return gone


def _files_of(post: Post) -> tuple[MediaItem, ...]:
    return (*post.media, post.cover) if post.cover else post.media


def _showing(job: Job, copies: Mapping[MediaId, PreparedFile]) -> Job:
    return dataclasses.replace(
        job,
        post=job.post.showing(
            {
                item.id: dataclasses.replace(item, path=copy.path, sha256=copy.sha256, facts=copy.facts)
                for item in _files_of(job.post)
                if (copy := copies.get(item.id)) is not None
            }
        ),
    )


def patience_for(item: MediaItem) -> dt.timedelta:
    """Return how long the preparation of a file may take, of real time."""
    length = item.facts.duration or dt.timedelta()
    return min(BASE_PATIENCE + PATIENCE_PER_LENGTH * length, MOST_PATIENCE)


def _rejected(item: MediaItem, job: Job, why: str) -> PublishingError:
    return RejectedError(
        f"The file {Path(item.path).name} could not be made ready for this: {why}. Post it by hand, or give "
        "it another file.",
        platform=job.publication.platform,
    )


def _unwritten(item: MediaItem, job: Job, error: OSError) -> PublishingError:
    return TransientError(
        f"The copy of {Path(item.path).name} that would be posted cannot be written ({error.strerror}): make "
        "room on the disk of DATA_DIR.",
        platform=job.publication.platform,
    )


def _is_there(file: PreparedFile) -> bool:
    try:
        return Path(file.path).stat().st_size == file.facts.size_bytes
    except OSError:
        return False


def _delete(paths: Collection[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _old_copies(folder: Path, now: dt.datetime) -> dict[str, Path]:
    """Return the copies that have lain there for a while, by their keys."""
    names = set(SUFFIXES.values())
    return {path.stem: path for path in folder.glob("*") if path.suffix in names and is_stale(path, now=now)}

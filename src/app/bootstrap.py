"""Constructs everything, in order, by hand. The only place that knows all parts."""

import contextlib
import dataclasses
import datetime as dt
import os
import socket
from collections.abc import AsyncGenerator, Callable, Mapping

import httpx

from app.clock import SystemClock, SystemRandomness
from app.encryption_key import encryption_keys
from app.hosting import media_links, media_store, opened_preflight, week_links
from app.library import LibraryWatches, library_source, library_watches
from app.media_workers.pool import MediaWorkers
from app.settings import Settings, seconds
from domain.ids import UserId
from platforms._shared.http import shared_client
from platforms._shared.usage import UsageMeter
from platforms._shared.versions import VersionWatch
from platforms.registry import discover
from repositories.engine import create_engine
from repositories.unit_of_work import SqlDatabase
from repositories.vault import TokenVault
from services.accounts.connect import AccountService
from services.accounts.health import HealthCheckService
from services.accounts.refresh import TokenRefreshService
from services.alerts import AlertService
from services.availability import AvailabilityService
from services.contact_sheet import SheetPainter
from services.figures import FiguresService
from services.media.hosting import HostedFiles, UploadCleaner
from services.media.ingest import IngestService
from services.media.library import LibraryService
from services.media.links import MediaLinks
from services.media.prepare import Keeping, PreparationService
from services.media.source import LibrarySource
from services.media.split import SplitService
from services.media.thumbnails import ThumbnailPainter, Thumbnails
from services.media.usage import StorageWatch
from services.mix import MixService
from services.ports import Files, Job, MediaStore, Networks
from services.posting.cards import RedeliveryService
from services.posting.decide import DecisionService
from services.posting.dispatch import DispatchService
from services.posting.edit_plan import PlanEditor
from services.posting.hand_overs import HandOverService
from services.posting.plan import PlanningService
from services.posting.publish import PublishingService, PublishingTimes
from services.posting.quota import QuotaGate
from services.posting.reconcile import LookUpRules, ReconcileService
from services.posting.schedule import QueueService
from services.posting.settle import RetryRules, Settlement
from services.posting.throttle import Throttle
from services.posting.week import WeekService
from services.queries import QueryService
from services.quotas import QuotaService
from services.runway import RunwayService
from services.settings_watch import SettingsWatch
from services.switches import SwitchService
from services.week_links import WeekLinks
from services.workspaces import WorkspaceService


class Wakers:
    """Whom a commit wakes: nobody for the command line, the worker and the sender in the running product."""

    def __init__(self) -> None:
        self._due = list[Callable[[], None]]()
        self._outbox = list[Callable[[], None]]()
        self._sends_here: Callable[[], bool] = lambda: False

    def listen(
        self, *, due: Callable[[], None], outbox: Callable[[], None], sends_here: Callable[[], bool]
    ) -> None:
        """Call these from now on; `sends_here` says whether the sender is in this process."""
        self._due.append(due)
        self._outbox.append(outbox)
        self._sends_here = sends_here

    def sends_here(self) -> bool:
        """Whether what is to be sent is sent by this process."""
        return self._sends_here()

    def due(self) -> None:
        """Tell that something may be due."""
        for wake in self._due:
            wake()

    def outbox(self) -> None:
        """Tell that something is to be sent."""
        for wake in self._outbox:
            wake()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Storyline:
    """The assembled product: its services, and what the process needs to run them."""

    settings: Settings
    clock: SystemClock
    database: SqlDatabase
    wakers: Wakers
    networks: Networks
    media_workers: MediaWorkers
    painter: SheetPainter
    store: MediaStore
    storage_watch: StorageWatch
    media_links: MediaLinks | None
    """How media that Storyline serves itself is reached; None: it serves none."""
    workspaces: WorkspaceService
    accounts: AccountService
    availability: AvailabilityService
    quotas: QuotaService
    figures: FiguresService
    hand_overs: HandOverService
    token_refresh: TokenRefreshService
    health_checks: HealthCheckService
    ingest: IngestService
    thumbnails: Thumbnails
    library: LibraryService
    library_source: LibrarySource | None
    """None: the library has no source in a bucket."""
    library_watches: LibraryWatches | None
    """None: the media folder is not to be watched."""
    queue: QueueService
    queries: QueryService
    switches: SwitchService
    decisions: DecisionService
    dispatch: DispatchService
    publishing: PublishingService
    reconcile: ReconcileService
    planning: PlanningService
    plan: PlanEditor
    weeks: WeekService
    week_links: WeekLinks | None
    """How the page of a week is reached; None: there is no web server."""
    mix: MixService
    runway: RunwayService
    settings_watch: SettingsWatch
    redelivery: RedeliveryService
    cleaner: UploadCleaner
    preparation: PreparationService
    splitting: SplitService

    @property
    def first_settings(self) -> Mapping[str, str]:
        """What a new workspace begins with."""
        first = self.settings.first_workspace
        return {
            "zone": first.workspace_timezone,
            "posts_per_day": str(first.posts_per_day),
            "window": first.posting_window,
            "daily_cap": "none" if first.auto_posts_per_day is None else str(first.auto_posts_per_day),
            "api": "on" if self.settings.posting.enable_instagram_api else "off",
        }


@contextlib.asynccontextmanager
async def assembled(settings: Settings) -> AsyncGenerator[Storyline]:
    """Assemble the product and take it apart again. The database must be up to date.

    Raises:
        StorylineError: a setting cannot be used.
    """
    posting = settings.posting
    clock = SystemClock(offset=seconds(settings.clock.clock_offset_seconds), speed=settings.clock.clock_speed)
    vault = TokenVault(encryption_keys(settings.data))
    wakers = Wakers()
    async with contextlib.AsyncExitStack() as stack:
        database = SqlDatabase(
            create_engine(settings.data.url),
            vault,
            on_due=wakers.due,
            on_outbox=wakers.outbox,
            sends_here=wakers.sends_here,
        )
        stack.push_async_callback(database.close)
        meter, versions = UsageMeter(), VersionWatch()
        http = await stack.enter_async_context(
            shared_client(
                timeout=seconds(posting.remote_timeout_seconds), watches=(meter.watch, versions.watch)
            )
        )
        media_workers = await stack.enter_async_context(MediaWorkers())
        thumbnails = Thumbnails(settings.data.data_dir.absolute() / "thumbnails", thumbnailer=media_workers)
        ingest = IngestService(database=database, clock=clock, examiner=media_workers, thumbnails=thumbnails)
        networks = _networks(settings, http, clock)
        links = media_links(settings, clock)
        store = media_store(settings, links, clock)
        preflight = (
            await stack.enter_async_context(opened_preflight(settings))
            if settings.cloud.has_preflight
            else None
        )
        cleaner = UploadCleaner(
            database=database,
            clock=clock,
            store=store,
            retention=dt.timedelta(hours=settings.cloud.cloud_upload_retention_hours),
        )
        alerts = AlertService(
            clock=clock, admin_ids=[UserId(number) for number in settings.telegram.telegram_admin_ids]
        )
        settlement = Settlement(
            database=database,
            clock=clock,
            randomness=SystemRandomness(),
            alerts=alerts,
            rules=RetryRules(
                delays=tuple(dt.timedelta(minutes=delay) for delay in posting.retry_delays_minutes),
                look_up_grace=seconds(posting.look_up_grace_seconds),
            ),
        )

        def files(job: Job) -> Files:
            return HostedFiles(
                database=database,
                clock=clock,
                store=store,
                preflight=preflight,
                publication_id=job.publication.id,
                is_untried=job.publication.is_untried,
            )

        availability = AvailabilityService(
            database=database, clock=clock, networks=networks, alerts=alerts, versions=versions
        )
        quotas = QuotaService(database=database, clock=clock, networks=networks, alerts=alerts)
        preparation = PreparationService(
            database=database,
            clock=clock,
            networks=networks,
            preparer=media_workers,
            prober=media_workers,
            hasher=media_workers,
            folder=settings.data.data_dir.absolute() / "prepared",
            keeping=Keeping(
                most_bytes=settings.preparation.prepared_cache_mb * 1_000_000,
                retention=dt.timedelta(days=settings.preparation.prepared_retention_days),
                ahead=dt.timedelta(hours=settings.preparation.prepare_ahead_hours),
            ),
        )
        publishing = PublishingService(
            database=database,
            clock=clock,
            networks=networks,
            files=files,
            cleaner=cleaner,
            gate=QuotaGate(database=database, clock=clock, networks=networks, quotas=quotas),
            throttle=Throttle(database=database, clock=clock, meter=meter),
            availability=availability,
            settlement=settlement,
            preparation=preparation,
            times=PublishingTimes(
                lease=seconds(posting.lease_seconds),
                remote_timeout=seconds(posting.remote_timeout_seconds),
            ),
            dry_run=posting.dry_run,
        )
        planning = PlanningService(database=database, networks=networks)
        queue = QueueService(database=database, clock=clock, networks=networks, alerts=alerts)
        yield Storyline(
            settings=settings,
            clock=clock,
            database=database,
            wakers=wakers,
            networks=networks,
            media_workers=media_workers,
            painter=ThumbnailPainter(media_workers, thumbnails),
            store=store,
            storage_watch=StorageWatch(
                database=database,
                store=store,
                alerts=alerts,
                limit_bytes=settings.cloud.limit_bytes,
            ),
            media_links=links,
            workspaces=WorkspaceService(database=database, clock=clock),
            accounts=AccountService(
                database=database,
                clock=clock,
                randomness=SystemRandomness(),
                networks=networks,
                alerts=alerts,
            ),
            token_refresh=TokenRefreshService(
                database=database,
                clock=clock,
                randomness=SystemRandomness(),
                networks=networks,
                alerts=alerts,
            ),
            health_checks=HealthCheckService(
                database=database,
                clock=clock,
                randomness=SystemRandomness(),
                networks=networks,
                alerts=alerts,
            ),
            availability=availability,
            figures=FiguresService(database=database, clock=clock),
            hand_overs=HandOverService(database=database, clock=clock, networks=networks, alerts=alerts),
            quotas=quotas,
            ingest=ingest,
            library=LibraryService(database=database, clock=clock),
            library_source=library_source(settings, database, alerts),
            library_watches=library_watches(settings, database, clock, ingest, alerts),
            thumbnails=thumbnails,
            queue=queue,
            queries=QueryService(
                database=database,
                clock=clock,
                networks=networks,
                posting_enabled=posting.posting_enabled,
                dry_run=posting.dry_run,
                underway=lambda: preparation.underway,
            ),
            switches=SwitchService(database=database, clock=clock, networks=networks),
            decisions=DecisionService(database=database, clock=clock, alerts=alerts),
            dispatch=DispatchService(
                database=database,
                clock=clock,
                networks=networks,
                worker=f"{socket.gethostname()}:{os.getpid()}",
                lease=seconds(posting.lease_seconds),
                min_gap=seconds(posting.min_gap_seconds),
                alerts=alerts,
                posting_enabled=posting.posting_enabled,
            ),
            publishing=publishing,
            reconcile=ReconcileService(
                database=database,
                clock=clock,
                networks=networks,
                settlement=settlement,
                alerts=alerts,
                publishing=publishing,
                preparation=preparation,
                rules=LookUpRules(
                    grace=seconds(posting.look_up_grace_seconds),
                    give_up=dt.timedelta(minutes=posting.look_up_give_up_minutes),
                    lease=seconds(posting.lease_seconds),
                ),
            ),
            planning=planning,
            plan=PlanEditor(database=database, clock=clock, queue=queue, planning=planning),
            weeks=WeekService(database=database, clock=clock, networks=networks),
            week_links=week_links(settings, clock),
            mix=MixService(database=database, clock=clock, networks=networks),
            runway=RunwayService(database=database, clock=clock, networks=networks, alerts=alerts),
            settings_watch=SettingsWatch(database=database, clock=clock, alerts=alerts),
            redelivery=RedeliveryService(database=database, clock=clock),
            cleaner=cleaner,
            preparation=preparation,
            splitting=SplitService(
                database=database,
                clock=clock,
                networks=networks,
                preparer=media_workers,
                ingest=ingest,
                folder=settings.data.data_dir.absolute() / "parts",
                retention=dt.timedelta(days=settings.preparation.prepared_retention_days),
            ),
        )


def _networks(settings: Settings, http: httpx.AsyncClient, clock: SystemClock) -> Networks:
    return {
        name: platform.network(settings=settings.platforms[name], http=http, clock=clock)
        for name, platform in discover().items()
    }

"""What can be set from outside, one frozen group per concern; read once, at start, all problems at once."""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from domain.errors import StorylineError
from domain.ids import PlatformName
from platforms.registry import discover
from services.settings import checked
from storage.s3_place import parse_s3_prefix
from storage.settings import CloudinarySettings, CloudSettings, S3Settings

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _first_value_of(key: str) -> AfterValidator:
    """Hold a first value to what `settings set` takes for it."""

    def check(value: object) -> object:
        try:
            checked(key, str(value))
        except StorylineError as error:
            raise ValueError(str(error)) from error
        return value

    return AfterValidator(check)


def _s3_prefix(value: str | None) -> str | None:
    if value is not None and parse_s3_prefix(value) is None:
        raise ValueError("takes s3://bucket/prefix")
    return value


Numbers = Annotated[tuple[float, ...], NoDecode, BeforeValidator(_split)]
Ids = Annotated[tuple[int, ...], NoDecode, BeforeValidator(_split)]
Seconds = Annotated[float, Field(gt=0)]


class Group(BaseSettings):
    """One concern's settings; each field is the environment variable of the same name in upper case."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)


class DataSettings(Group):
    """Where Storyline keeps what it knows."""

    data_dir: Path = Field(default=Path("data"), description="Folder for the SQLite file, keys and library.")
    media_dir: Path | None = Field(
        default=None,
        description="What `media import` takes in where no folder is named. Default: DATA_DIR/media.",
    )
    watch_media_dir: bool = Field(
        default=True,
        description="Take in by itself what appears in MEDIA_DIR, for the first workspace, and in the "
        "folders that others name: settings set media_folder.",
    )
    watch_by_polling: bool = Field(
        default=False, description="Look through MEDIA_DIR every 5 s: network drives tell of no changes."
    )
    library_s3_prefix: Annotated[str | None, AfterValidator(_s3_prefix)] = Field(
        default=None,
        description="s3://bucket/prefix: what lies there is fetched into MEDIA_DIR/s3 every 5 minutes, with "
        "the AWS_* credentials.",
    )
    database_url: str | None = Field(
        default=None, description="postgresql://… or sqlite:///…. Default: a SQLite file in DATA_DIR."
    )
    encryption_keys: SecretStr | None = Field(
        default=None,
        description="Fernet keys for tokens at rest, newest first, with commas between. "
        "Required with PostgreSQL; with SQLite made once and kept in DATA_DIR.",
    )
    migrate_on_start: bool = Field(
        default=True, description="Bring the database up to date at start; off: `storyline migrate` does."
    )

    @property
    def url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'storyline.db'}"

    @property
    def library(self) -> Path:
        """The folder that is imported where none is named."""
        return self.media_dir or self.data_dir / "media"


class TelegramSettings(Group):
    """The bot and the first workspace's chat."""

    telegram_bot_token: SecretStr | None = Field(default=None, description="From BotFather; `run` needs it.")
    telegram_chat_id: int | None = Field(default=None, description="The team's chat; `run` needs it.")
    telegram_admin_ids: Ids = Field(
        default=(), description="User ids that are admins everywhere, beside the chat's administrators."
    )
    telegram_api_base_url: str = Field(
        default="https://api.telegram.org", description="Scheme and host only; /bot<token> is appended."
    )
    telegram_download_mb: int = Field(
        default=20,
        ge=1,
        le=2000,
        description="Largest file taken from the chat; more than 20 takes a Bot API server of your own.",
    )
    chat_media_retention_hours: float = Field(
        default=24, gt=0, description="After this long, files sent to the bot and used nowhere are deleted."
    )


class PostingSettings(Group):
    """How publications go out."""

    posting_enabled: bool = Field(default=True, description="The kill switch for everything.")
    enable_instagram_api: bool = Field(
        default=False, description="Automatic lane for a new workspace; then its setting `api`."
    )
    dry_run: bool = Field(
        default=False,
        description="The whole path, with the publish call replaced by a recorded would-be call.",
    )
    retry_delays_minutes: Numbers = Field(default=(5, 15, 45), description="Waits between tries, in minutes.")
    min_gap_seconds: float = Field(default=60, ge=0, description="Least time between an account's posts.")
    max_concurrent_publications: int = Field(default=20, ge=1, description="How many are worked on at once.")
    lease_seconds: Seconds = Field(
        default=300, description="How long a claim holds; at least 3 × REMOTE_TIMEOUT_SECONDS."
    )
    remote_timeout_seconds: Seconds = Field(default=60, description="How long one remote call may take.")
    look_up_grace_seconds: float = Field(
        default=90, ge=0, description="Wait after an unclear outcome before anything is asked."
    )
    look_up_give_up_minutes: float = Field(
        default=30, ge=0, description="After this long without a decision the team is asked."
    )


class FirstAccountSettings(Group):
    """The first workspace's first account; more are added with `storyline accounts add`."""

    instagram_account_id: str | None = Field(default=None, description="The professional account's id.")
    instagram_access_token: SecretStr | None = Field(default=None, description="Its access token.")
    instagram_login: Literal["facebook", "instagram"] = Field(
        default="facebook", description="Which login the token belongs to."
    )


class FirstWorkspaceSettings(Group):
    """First values of the first workspace; then kept in the database and changed by `settings set`."""

    workspace_timezone: Annotated[str, _first_value_of("zone")] = Field(
        default="UTC", description="IANA name."
    )
    posts_per_day: Annotated[int, _first_value_of("posts_per_day")] = Field(
        default=3, description="Slots per account and day; 0: the planner fills nothing."
    )
    auto_posts_per_day: int | None = Field(
        default=None, ge=0, description="Posts the bot may begin by itself per account and day; not set: all."
    )
    posting_window: Annotated[str, _first_value_of("window")] = Field(
        default="09:00-21:00", description="The hours in which the slots lie."
    )


class PreparationSettings(Group):
    """Copies of media that were made to fit a platform, kept in DATA_DIR/prepared."""

    prepare_ahead_hours: float = Field(
        default=6, ge=0, description="How long before its time a publication's files are made to fit."
    )
    prepared_cache_mb: int = Field(
        default=2_000,
        ge=0,
        description="How large the copies may be together; what is still to be posted is kept beyond it.",
    )
    prepared_retention_days: float = Field(
        default=30, ge=0, description="How long after posting a copy is kept."
    )


class WebSettings(Group):
    """The health endpoints and, with CLOUD_STORAGE_PROVIDER=local, the media; later the dashboard."""

    web_host: str = Field(default="127.0.0.1", description="Address to listen on.")
    web_port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on; 0: no web server.")
    public_base_url: str | None = Field(
        default=None,
        description="Where the outside world reaches the web server, such as https://storyline.example; "
        "a proxy in front of it needs to pass on /media/, and /week/ for the week's page.",
    )


class LogSettings(Group):
    """What is written to standard error."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least level that is written."
    )
    log_format: Literal["console", "json"] = Field(default="console", description="For people or machines.")


class ClockSettings(Group):
    """Simulations only: refused unless every base URL is on loopback."""

    clock_offset_seconds: float = Field(default=0, description="How far Storyline's clock is ahead.")
    clock_speed: float = Field(default=1, gt=0, description="How many of its seconds pass in one real one.")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All groups."""

    data: DataSettings
    telegram: TelegramSettings
    posting: PostingSettings
    first_account: FirstAccountSettings
    first_workspace: FirstWorkspaceSettings
    preparation: PreparationSettings
    web: WebSettings
    log: LogSettings
    clock: ClockSettings
    cloud: CloudSettings
    cloudinary: CloudinarySettings
    s3: S3Settings
    platforms: Mapping[PlatformName, BaseSettings]

    @property
    def groups(self) -> Sequence[BaseSettings]:
        """Every group, in the order in which a newcomer wants to read them."""
        return (
            self.telegram,
            self.data,
            self.posting,
            self.first_workspace,
            self.first_account,
            *self.platforms.values(),
            self.preparation,
            self.cloud,
            self.cloudinary,
            self.s3,
            self.web,
            self.log,
            self.clock,
        )


GroupT = TypeVar("GroupT", bound=BaseSettings)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the environment and `.env` say."""

    settings: Settings
    """With the defaults in the place of what cannot be used."""
    problems: tuple[str, ...]
    """A sentence for each of these."""


def load() -> Settings:
    """Read all settings from the environment and `.env`.

    Raises:
        StorylineError: some cannot be; its message lists every one of them.
    """
    reading = read()
    if reading.problems:
        listed = "\n".join(f"  {problem}" for problem in reading.problems)
        raise StorylineError(f"These settings are wrong:\n{listed}")
    return reading.settings


def read() -> Reading:
    """Read what can be read, for who wants to go on with it."""
    problems: list[str] = []
    file = ".env"
    try:
        with contextlib.suppress(FileNotFoundError):
            Path(file).read_text()
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"The file .env cannot be read: {error}.")
        file = ""

    def group(kind: type[GroupT]) -> GroupT:
        try:
            return kind(_env_file=file)
        except ValidationError as error:
            problems.extend(_sentence(problem) for problem in error.errors())
            wrong = {str(problem["loc"][0]) for problem in error.errors()}
            return kind(_env_file=file, **{name: kind.model_fields[name].get_default() for name in wrong})

    settings = Settings(
        data=group(DataSettings),
        telegram=group(TelegramSettings),
        posting=group(PostingSettings),
        first_account=group(FirstAccountSettings),
        first_workspace=group(FirstWorkspaceSettings),
        preparation=group(PreparationSettings),
        web=group(WebSettings),
        log=group(LogSettings),
        clock=group(ClockSettings),
        cloud=group(CloudSettings),
        cloudinary=group(CloudinarySettings),
        s3=group(S3Settings),
        platforms={name: group(platform.settings) for name, platform in discover().items()},
    )
    return Reading(settings=settings, problems=tuple(problems or _contradictions(settings)))


def _sentence(problem: Any) -> str:
    name = "_".join(str(part) for part in problem["loc"][:1]).upper()
    return f"{name}: {problem['msg'].removeprefix('Value error, ')}"


def _contradictions(settings: Settings) -> list[str]:
    problems: list[str] = []
    problems.extend(
        f"{name}: takes scheme and host, such as https://host.example"
        for name, url in _urls(settings.groups)
        if _host(url) is None
    )
    if not settings.data.url.startswith(("postgresql://", "sqlite:///")):
        problems.append("DATABASE_URL: takes postgresql://… or sqlite:///…")
    posting = settings.posting
    if posting.lease_seconds < 3 * posting.remote_timeout_seconds:
        problems.append("LEASE_SECONDS: must be at least three times REMOTE_TIMEOUT_SECONDS")
    if settings.data.url.startswith("postgresql") and settings.data.encryption_keys is None:
        problems.append("ENCRYPTION_KEYS: required with PostgreSQL (storyline keys new prints one)")
    is_simulated = settings.clock.clock_offset_seconds or settings.clock.clock_speed != 1
    outside = _outside(settings.groups)
    if is_simulated and outside:
        problems.append(
            f"CLOCK_OFFSET_SECONDS, CLOCK_SPEED: not while {', '.join(outside)} is a real service"
        )
    return problems


def has_played_platforms(settings: Settings) -> bool:
    """Whether the platforms are played on this machine, as in the sandbox."""
    return not _outside(tuple(settings.platforms.values()))


def _outside(groups: Sequence[BaseSettings]) -> list[str]:
    return [name for name, url in _urls(groups) if _host(url) not in LOOPBACK]


def _urls(groups: Sequence[BaseSettings]) -> list[tuple[str, str]]:
    """Return the base URLs of the outside world with their names."""
    return [
        (name.upper(), value)
        for group in groups
        for name, value in group
        if name.endswith(("_base_url", "_upload_prefix", "_endpoint_url")) and isinstance(value, str)
    ]


def _host(url: str) -> str | None:
    """Return the host that a base URL names; None: it is no such URL."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.hostname if parts.scheme in {"http", "https"} else None


def seconds(value: float) -> dt.timedelta:
    """Return a setting in seconds as a duration."""
    return dt.timedelta(seconds=value)

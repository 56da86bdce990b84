"""What a platform's folder exports: one record, `PLATFORM`."""

import dataclasses
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

import httpx
from pydantic_settings import BaseSettings

from domain.account import Account
from domain.capabilities import Capabilities
from domain.finding import Finding
from domain.ids import PlatformName
from domain.token import Grant
from services.ports import Clock, Network, Publisher, TokenClient

SettingsT = TypeVar("SettingsT", bound=BaseSettings)
TakenT_contra = TypeVar("TakenT_contra", bound=BaseSettings, contravariant=True)


class CreatePublisher(Protocol[TakenT_contra]):
    """Makes a platform's publisher; its class itself, usually."""

    def __call__(self, *, settings: TakenT_contra, http: httpx.AsyncClient, clock: Clock) -> Publisher:
        """Return a publisher that calls through `http` alone."""
        ...


class Examiner(Protocol):
    """Looks into an account's access for what nothing else needs to know, by reading alone."""

    async def examine(self, account: Account, grant: Grant) -> list[Finding]:
        """Return what was found: permissions, what the account has to be linked to, and the like.

        What cannot be asked is such a finding too.
        """
        ...


class CreateExaminer(Protocol[TakenT_contra]):
    """Makes a platform's examiner."""

    def __call__(self, *, settings: TakenT_contra, http: httpx.AsyncClient) -> Examiner:
        """Return one that calls through `http` alone."""
        ...


class CreateTokenClient(Protocol[TakenT_contra]):
    """Makes what a platform's tokens are had and renewed with."""

    def __call__(self, *, settings: TakenT_contra, http: httpx.AsyncClient, clock: Clock) -> TokenClient:
        """Return a client that calls through `http` alone."""
        ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Platform(Generic[SettingsT]):
    """A network as a plug-in."""

    name: PlatformName
    """As its folder."""
    settings: type[SettingsT]
    """The group of settings that its publisher needs."""
    capabilities: Capabilities
    logins: tuple[str, ...]
    """The login families an account may use; the first is the default."""
    create: CreatePublisher[SettingsT]
    create_tokens: CreateTokenClient[SettingsT]
    create_examiner: CreateExaminer[SettingsT] | None = None
    """None: there is nothing to look into beside what `Publisher.check` asks."""
    posts_per_hour: Callable[[SettingsT], int | None] = lambda _: None
    """Which of its settings caps the posts of an account."""

    def network(self, *, settings: SettingsT, http: httpx.AsyncClient, clock: Clock) -> Network:
        """Return the platform as the use cases see it."""
        return Network(
            name=self.name,
            capabilities=self.capabilities,
            publisher=self.create(settings=settings, http=http, clock=clock),
            tokens=self.create_tokens(settings=settings, http=http, clock=clock),
            logins=self.logins,
            posts_per_hour=self.posts_per_hour(settings),
        )

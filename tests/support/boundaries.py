"""The places at which a process can die: around every statement, commit, and call to the outside."""

import contextlib
import inspect
from collections.abc import AsyncGenerator, Callable
from typing import Any, cast

from services.unit_of_work import Database, Repositories, UnitOfWork


class ProcessDiedError(BaseException):
    """Not an `Exception`: nothing in the code may catch it and go on, as nothing catches SIGKILL."""


def nothing(place: str) -> None:
    """Let a place pass."""


class Boundaries:
    """Notes every place a process passes, such as `after commit`, and kills it at the chosen one."""

    def __init__(self, *, dies_at: int | None = None, visit: Callable[[str], None] = nothing) -> None:
        self.passed: list[str] = []
        self.visit = visit
        self._dies_at = dies_at

    @property
    def is_dead(self) -> bool:
        return self._dies_at is not None and len(self.passed) > self._dies_at

    def reach(self, place: str) -> None:
        """Note the place. From the chosen one on every place raises: a dead process does nothing more.

        Raises:
            ProcessDiedError: this is the place, or it was passed before.
        """
        self.passed.append(place)
        self.visit(place)
        if self.is_dead:
            raise ProcessDiedError(place)


class Watched:
    """Stands for an object and reaches a boundary before and after each of its coroutines."""

    def __init__(self, inner: Any, name: str, boundaries: Boundaries) -> None:
        self._inner = inner
        self._name = name
        self._boundaries = boundaries

    def __getattr__(self, attribute: str) -> Any:
        found = getattr(self._inner, attribute)
        if not inspect.iscoroutinefunction(found):
            return found
        place = f"{self._name}.{attribute}"

        async def watched(*arguments: Any, **named: Any) -> Any:
            self._boundaries.reach(f"before {place}")
            result = await found(*arguments, **named)
            self._boundaries.reach(f"after {place}")
            return result

        return watched


class _WatchedUnitOfWork(Watched):
    def __getattr__(self, attribute: str) -> Any:
        found = super().__getattr__(attribute)
        return found if attribute == "commit" else Watched(found, attribute, self._boundaries)


class WatchedDatabase:
    """A database whose every transaction, statement and commit is a boundary."""

    def __init__(self, inner: Database, boundaries: Boundaries) -> None:
        self._inner = inner
        self._boundaries = boundaries

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncGenerator[Repositories]:
        self._boundaries.reach("before read")
        async with self._inner.read() as look:
            yield cast("Repositories", _WatchedUnitOfWork(look, "look", self._boundaries))

    @contextlib.asynccontextmanager
    async def begin(self) -> AsyncGenerator[UnitOfWork]:
        self._boundaries.reach("before begin")
        async with self._inner.begin() as uow:
            yield cast("UnitOfWork", _WatchedUnitOfWork(uow, "uow", self._boundaries))

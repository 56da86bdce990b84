"""Objects by id and by Page."""

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class OfPage(Protocol):
    """Whatever belongs to a Page."""

    @property
    def id(self) -> str:
        """Its own id."""
        ...

    @property
    def page_id(self) -> str:
        """Its Page's."""
        ...


T = TypeVar("T", bound=OfPage)


class Shelf(Generic[T]):
    """One kind of objects, each Page's in the order in which they came."""

    def __init__(self) -> None:
        self._by_id: dict[str, T] = {}
        self._by_page: dict[str, dict[str, T]] = {}

    def __iter__(self) -> Iterator[T]:
        """Yield all, oldest first."""
        return iter(self._by_id.values())

    def __getitem__(self, object_id: str) -> T:
        """Return one; raises `KeyError`."""
        return self._by_id[object_id]

    def get(self, object_id: str | None) -> T | None:
        """Return one, or None."""
        return self._by_id.get(object_id or "")

    def of(self, page_id: str) -> list[T]:
        """Return a Page's, oldest first."""
        return list(self._by_page.get(page_id, {}).values())

    def add(self, *objects: T) -> None:
        """Put objects to the others."""
        for each in objects:
            self._by_id[each.id] = each
            self._by_page.setdefault(each.page_id, {})[each.id] = each

    def remove(self, object_id: str) -> T:
        """Take one out and return it; raises `KeyError`."""
        removed = self._by_id.pop(object_id)
        del self._by_page[removed.page_id][object_id]
        return removed

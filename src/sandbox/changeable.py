"""Settings of a stand-in that are changed while it runs, from Python or over HTTP."""

import dataclasses
import enum
from collections.abc import Mapping
from typing import Any


@dataclasses.dataclass(kw_only=True, slots=True)
class ChangeableSettings:
    """Base of settings; each keeps the type that it begins with."""

    def change(self, values: Mapping[str, Any]) -> None:
        """Take new values by name.

        Raises:
            ValueError: a name or a type is wrong; nothing is changed then.
        """
        names = [field.name for field in dataclasses.fields(self)]
        taken: dict[str, Any] = {}
        for name, value in values.items():
            if name not in names:
                raise ValueError(f"no setting {name}; there are {', '.join(names)}")
            taken[name] = _as_kind(name, value, getattr(self, name))
        for name, value in taken.items():
            setattr(self, name, value)


def _as_kind(name: str, value: Any, now: object) -> Any:
    kind = type(now)
    if issubclass(kind, enum.StrEnum):
        return kind(value)
    if kind in (bool, str) and isinstance(value, kind):
        return value
    if (
        kind in (int, float)
        and isinstance(value, (int, float))
        and not isinstance(value, bool)
        and value >= 0
    ):
        return kind(value)
    raise ValueError(f"{name} does not take {value!r}")

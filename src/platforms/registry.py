"""Finds the platforms: every folder here that exports `PLATFORM` is one."""

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Any

import platforms
from domain.ids import PlatformName
from platforms.base import Platform


def discover() -> Mapping[PlatformName, Platform[Any]]:
    """Return all platforms by name. Folders that begin with an underscore are none.

    Raises:
        TypeError: a folder exports something else as `PLATFORM`, or one under another name than its own.
    """
    found: dict[PlatformName, Platform[Any]] = {}
    for module in pkgutil.iter_modules(platforms.__path__):
        if not module.ispkg or module.name.startswith("_"):
            continue
        exported = getattr(importlib.import_module(f"platforms.{module.name}"), "PLATFORM", None)
        if exported is None:
            continue
        if not isinstance(exported, Platform) or exported.name != module.name:
            raise TypeError(f"platforms/{module.name} exports a PLATFORM that is not its own")
        found[exported.name] = exported
    return found

"""The Bot API in machine-readable form, and what a value lacks of it.

aiogram's source distribution carries the schema that its authors extract from the published documentation:
for every object its fields, their types, and which of them are always there.
"""

import fcntl
import json
import re
import subprocess
import tarfile
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

from sandbox.json_values import is_array, is_object
from support.authorities import OF_THE_MACHINE
from support.environments import CACHE

_MEMBER = re.compile(r"[^/]+/\.butcher/schema/schema\.json")
_OPTION = re.compile(r"^ - (\w+)$", re.MULTILINE)
_RETURNED = re.compile(r"(?:Array of )?\b[A-Z]\w+")
_PLAIN: Mapping[str, type | tuple[type, ...]] = {
    "Integer": int,
    "String": str,
    "Boolean": bool,
    "Float": (int, float),
}


class BotApiSchema:
    """What the documentation says of every method and object."""

    def __init__(self, schema: Any) -> None:
        self._entries: dict[str, Mapping[str, Any]] = {
            entry["name"]: entry for section in schema["items"] for entry in section["children"]
        }

    def problems_of_result(self, method: str, result: Any) -> list[str]:
        """Return what is wrong with the result of a method, nothing when it is as documented."""
        return list(self._problems(self._returned_by(method), result, method))

    def problems_of_update(self, update: Any) -> list[str]:
        """Return what is wrong with an update."""
        return list(self._problems("Update", update, "update"))

    def _returned_by(self, method: str) -> str:
        # The type is told in prose only: "On success, the sent Message is returned."
        description: str = self._entries[method]["description"]
        for sentence in re.split(r"(?<=\.)\s", description):
            if "return" not in sentence.lower():
                continue
            for found in _RETURNED.finditer(sentence):
                words = found[0]
                if words.removeprefix("Array of ") in {*self._entries, *_PLAIN, "True"}:
                    return words
        raise LookupError(f"the schema does not say what {method} returns")

    def _problems(self, kind: str, value: Any, where: str) -> Generator[str]:
        if kind.startswith("Array of "):
            yield from self._problems_of_array(kind.removeprefix("Array of "), value, where)
        elif " or " in kind:
            yield from self._problems_of_choice(kind.split(" or "), value, where)
        elif kind == "True":
            if value is not True:
                yield f"{where}: {value!r} is not True"
        elif kind in _PLAIN:
            if not isinstance(value, _PLAIN[kind]) or isinstance(value, bool) != (kind == "Boolean"):
                yield f"{where}: {value!r} is no {kind}"
        elif options := self._options(kind):
            yield from self._problems_of_choice(options, value, where)
        else:
            yield from self._problems_of_object(kind, value, where)

    def _problems_of_array(self, kind: str, value: Any, where: str) -> Generator[str]:
        if not is_array(value):
            yield f"{where}: {value!r} is no array"
            return
        for place, item in enumerate(value):
            yield from self._problems(kind, item, f"{where}[{place}]")

    def _problems_of_choice(self, kinds: list[str], value: Any, where: str) -> Generator[str]:
        found = [list(self._problems(kind, value, where)) for kind in kinds]
        if all(found):
            yield from min(found, key=len)

    def _problems_of_object(self, kind: str, value: Any, where: str) -> Generator[str]:
        if not is_object(value):
            yield f"{where}: {value!r} is no {kind}"
            return
        fields: Mapping[str, Any] = {field["name"]: field for field in self._entries[kind]["annotations"]}
        for name in fields:
            if fields[name]["required"] and name not in value:
                yield f"{where}: a {kind} always has {name}"
        for name, item in value.items():
            if name in fields:
                yield from self._problems(fields[name]["type"], item, f"{where}.{name}")
            else:
                yield f"{where}: a {kind} has no {name}"

    def _options(self, kind: str) -> list[str]:
        entry = self._entries[kind]
        return [] if entry["annotations"] else _OPTION.findall(entry["description"])


def bot_api_schema(python: Path, lock: Path) -> BotApiSchema:
    """Return the schema out of the source distribution that `lock` names by its hash.

    It is fetched under `.cache/` on first use by the pip of `python`, an environment that has hatchling too.

    Raises:
        RuntimeError: it cannot be fetched; the message says what pip said.
    """
    folder = CACHE / "bot_api_schema"
    folder.mkdir(parents=True, exist_ok=True)
    fetched = folder / lock.read_text().split()[0]
    with (folder / "guard").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not fetched.exists():
            fetched.write_bytes(_fetched(python, lock, folder))
    return BotApiSchema(json.loads(fetched.read_bytes()))


def _fetched(python: Path, lock: Path, folder: Path) -> bytes:
    options = ["--no-deps", "--no-binary=:all:", "--no-build-isolation", "--require-hashes"]
    command: list[str | Path] = [
        python,
        "-m",
        "pip",
        "download",
        "--quiet",
        *options,
        "--dest",
        folder,
        "--requirement",
        lock,
    ]
    done = subprocess.run(
        command, env=OF_THE_MACHINE, capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode != 0:
        raise RuntimeError(f"the Bot API schema cannot be fetched with pip:\n{done.stderr}")
    [archive] = folder.glob("*.tar.gz")
    with tarfile.open(archive) as members:
        for member in members:
            file = members.extractfile(member) if _MEMBER.fullmatch(member.name) else None
            if file is not None:
                return file.read()
    raise RuntimeError(f"there is no schema in {archive.name}")

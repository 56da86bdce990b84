"""What people say of media files, in YAML: `NAME.yml` beside a file, `_defaults.yml` for a folder and below.

`NAME` is the file's name with or without its ending: `pier.jpg` is described by `pier.yml`, or by
`pier.jpg.yml` where there is a `pier.mp4` too.
Each key is taken from the file's own sidecar, else from the nearest `_defaults.yml` that has it, upwards to
the folder that is imported. Where no category is given, the name of the file's own folder is its category.
"""

import collections
import dataclasses
import errno
import stat
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from domain.media import Description, Need

SUFFIX = ".yml"
DEFAULTS_NAME = "_defaults.yml"
LARGEST_BYTES = 16_384

TEXTS = ("caption", "alt", "link", "category")
LISTS = ("products", "tags", "needs")
"""A single value stands for a list of one."""


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should know about one file."""

    path: Path
    sentence: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sidecar:
    """One YAML file as far as it could be read."""

    path: Path
    values: Mapping[str, Any]
    problems: tuple[str, ...] = ()
    """One sentence each, with the line."""


class Sidecars:
    """The descriptions of the media files below one folder."""

    def __init__(self, root: Path) -> None:
        """Read below `root` only; each `_defaults.yml` is read once."""
        self._root = root
        self._defaults: dict[Path, Sidecar | None] = {}

    def describe(self, path: Path, *, category: str | None = None) -> tuple[Description, list[Problem]]:
        """Return what is said of a media file, and what is wrong with how it is said.

        `category` stands in for the folder's name. What is wrong is in the description too, so that the item
        goes to the team. Blocks.
        """
        layers = [*self._layers(path)]
        said: Mapping[str, Any] = collections.ChainMap(*(dict(layer.values) for layer in layers))
        problems = [Problem(layer.path, sentence) for layer in layers for sentence in layer.problems]
        description = Description(
            caption=said.get("caption", ""),
            alt=said.get("alt", ""),
            link=said.get("link", ""),
            products=said.get("products", ()),
            tags=said.get("tags", ()),
            needs=frozenset(Need(name) for name in said.get("needs", ())),
            category=said.get("category") or category or path.parent.name,
            problem="; ".join(f"{shown(problem.path.name)}, {problem.sentence}" for problem in problems),
        )
        return description, problems

    def _layers(self, path: Path) -> Iterator[Sidecar]:
        for name in (path.name, path.stem):
            own = read(path.with_name(name + SUFFIX)) or read(path.with_name(name + SUFFIX.upper()))
            if own is not None:
                yield own
        for folder in path.parents:
            if not folder.is_relative_to(self._root):
                return
            if folder not in self._defaults:
                self._defaults[folder] = read(folder / DEFAULTS_NAME)
            defaults = self._defaults[folder]
            if defaults is not None:
                yield defaults


def is_sidecar(path: Path) -> bool:
    """Whether a file describes others, by its name."""
    return path.suffix.lower() == SUFFIX


def shown(name: str) -> str:
    """Return a name as one line that looks like what it is, whatever characters it has."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)


def read(path: Path) -> Sidecar | None:
    """Return what a sidecar says; None: there is none. Blocks."""
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            return Sidecar(path=path, values={}, problems=("it is a link; links are not followed",))
        if not stat.S_ISREG(status.st_mode):
            return Sidecar(path=path, values={}, problems=("it is no regular file",))
        if status.st_size > LARGEST_BYTES:
            return Sidecar(path=path, values={}, problems=(f"it has more than {LARGEST_BYTES:,} bytes",))
        values, problems = parse(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        return Sidecar(path=path, values={}, problems=("it is not written in UTF-8",))
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:  # the media file's name leaves no room for the ending
            return None
        return Sidecar(path=path, values={}, problems=(f"it cannot be read: {error.strerror}",))
    return Sidecar(path=path, values=values, problems=tuple(problems))


def parse(text: str) -> tuple[dict[str, Any], list[str]]:
    """Return the values of a sidecar's known keys, and a sentence with its line for all that is wrong.

    Nothing is constructed from the YAML but the texts as they are written: `caption: 007` is a text.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        return {}, [f"{line}{error.problem or 'it is no YAML'}"]
    except (yaml.YAMLError, RecursionError) as error:
        return {}, [f"it is no YAML: {str(error).splitlines()[0]}"]
    if root is None:
        return {}, []
    if not isinstance(root, yaml.MappingNode):
        return {}, ["line 1: it must consist of lines like `caption: some words`"]
    values: dict[str, Any] = {}
    problems: list[str] = []
    for key, value in root.value:
        try:
            name = _name(key, known=values)
            values[name] = _text(name, value) if name in TEXTS else _list(name, value)
        except _MalformedError as problem:
            problems.append(f"line {key.start_mark.line + 1}: {problem}")
    return values, problems


class _MalformedError(Exception):
    pass


class _NoTextError(_MalformedError):
    pass


def _name(key: yaml.Node, *, known: Mapping[str, Any]) -> str:
    name = key.value if isinstance(key, yaml.ScalarNode) else "?"
    if name not in {*TEXTS, *LISTS}:
        raise _MalformedError(f"there is no key “{name}”; there are {', '.join((*TEXTS, *LISTS))}")
    if name in known:
        raise _MalformedError(f"“{name}” stands here a second time")
    return str(name)


def _text(name: str, value: yaml.Node) -> str:
    if not isinstance(value, yaml.ScalarNode):
        raise _NoTextError(f"“{name}” must be a text")
    text = "" if value.tag == "tag:yaml.org,2002:null" else str(value.value).strip()
    # Written as escapes such as \0, they get past YAML; neither databases nor platforms take them.
    if not all(letter in "\n\t" or unicodedata.category(letter) not in {"Cc", "Cs"} for letter in text):
        raise _MalformedError(f"“{name}” has a control character")
    return text


def _list(name: str, value: yaml.Node) -> tuple[str, ...]:
    nodes = value.value if isinstance(value, yaml.SequenceNode) else [value]
    try:
        texts = tuple(text for node in nodes if (text := _text(name, node)))
    except _NoTextError:
        raise _MalformedError(f"“{name}” must be a text or a list of texts") from None
    if name == "needs":
        unknown = [text for text in texts if text not in set(Need)]
        if unknown:
            raise _MalformedError(f"there is no need “{unknown[0]}”; there are {', '.join(Need)}")
    return texts

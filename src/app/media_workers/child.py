"""The process that looks into the files: one request a line from standard input, one answer a line.

Started as `python -m app.media_workers.child MEMORY_BYTES CPU_SECONDS`. An error that is not foreseen ends
it; whoever asked takes that as the answer.
"""

import contextlib
import errno
import hashlib
import json
import os
import resource
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from app.media_workers import wire
from app.media_workers.signatures import recognise
from domain.media import MediaKind
from domain.recipe import ImageRecipe
from services.ports import UnreadableMediaError

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
NICENESS = 10
"""On a small machine the bot goes first."""


def _sha256(request: Mapping[str, Any]) -> str:
    path = Path(request["path"])
    recognise(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _examine(request: Mapping[str, Any]) -> dict[str, Any]:
    from app.media_workers.examine import examine  # noqa: PLC0415 -- only who needs Pillow loads it

    return examine(Path(request["path"]))


def _probe(request: Mapping[str, Any]) -> dict[str, Any]:
    path = Path(request["path"])
    signature = recognise(path)
    if signature.kind is MediaKind.IMAGE:
        from app.media_workers.images import probe_image  # noqa: PLC0415 -- only who needs Pillow loads it

        return wire.facts_to_json(probe_image(path, signature))
    from app.media_workers.videos import probe_video  # noqa: PLC0415 -- only who needs FFmpeg loads it

    return wire.facts_to_json(probe_video(path, signature))


def _paint(request: Mapping[str, Any]) -> str:
    from app.media_workers.sheet import paint  # noqa: PLC0415 -- as above

    tiles = [wire.tile_from_json(tile) for tile in request["tiles"]]
    return wire.bytes_to_json(paint(tiles, title=request["title"]))


def _paint_week(request: Mapping[str, Any]) -> str:
    from app.media_workers.week import paint_week  # noqa: PLC0415 -- as above

    days = [wire.day_from_json(day) for day in request["days"]]
    return wire.bytes_to_json(paint_week(days, title=request["title"]))


def _paint_pairs(request: Mapping[str, Any]) -> str:
    from app.media_workers.pairs import paint_pairs  # noqa: PLC0415 -- as above

    pairs = [[(Path(path), caption) for path, caption in pair] for pair in request["pairs"]]
    return wire.bytes_to_json(paint_pairs(pairs))


def _thumbnail(request: Mapping[str, Any]) -> str:
    from app.media_workers.pictures import thumbnail  # noqa: PLC0415 -- as above

    return wire.bytes_to_json(thumbnail(Path(request["path"])))


def _prepare(request: Mapping[str, Any], tell: Callable[[float], object]) -> None:
    path, target = Path(request["path"]), Path(request["target"])
    recipe, signature = wire.recipe_from_json(request["recipe"]), recognise(path)
    if isinstance(recipe, ImageRecipe):
        from app.media_workers.develop import develop  # noqa: PLC0415 -- as above

        develop(path, signature, recipe, target)
        return
    from app.media_workers.transcode import transcode  # noqa: PLC0415 -- as above

    transcode(path, signature, recipe, target, tell)


TASKS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "sha256": _sha256,
    "examine": _examine,
    "probe": _probe,
    "paint": _paint,
    "paint_week": _paint_week,
    "paint_pairs": _paint_pairs,
    "thumbnail": _thumbnail,
}


def answer(request: Mapping[str, Any], tell: Callable[[float], object]) -> dict[str, Any]:
    """Do what is asked: `{"result": …}`, `{"refused": sentence}`, or `{"no_room": sentence}`.

    Of long work, `tell` which share is done.
    """
    try:
        if request["task"] == "prepare":
            _prepare(request, tell)
            return {"result": None}
        return {"result": TASKS[request["task"]](request)}
    except UnreadableMediaError as refusal:
        return {"refused": str(refusal)}
    except MemoryError:
        return {"refused": "it takes more memory than one file may"}
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        return {"no_room": error.strerror}


def main() -> None:
    """Answer until standard input ends."""
    memory_bytes, cpu_seconds = int(sys.argv[1]), int(sys.argv[2])
    os.nice(NICENESS)
    with contextlib.suppress(ValueError):  # macOS has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    with _answers() as answers:
        answers.write(wire.READY)
        answers.flush()

        def say(data: Mapping[str, Any]) -> None:
            answers.write(json.dumps(data).encode() + b"\n")
            answers.flush()

        for line in sys.stdin.buffer:
            request: dict[str, Any] = json.loads(line)
            _limit_cpu(request.get("cpu_seconds", cpu_seconds))
            say(answer(request, lambda share: say({"progress": share})))


def _answers() -> BinaryIO:
    # Libraries print to standard output now and then; the answers must not be mixed with that.
    private = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return os.fdopen(private, "wb")


def _limit_cpu(seconds: int) -> None:
    # The parent watches the clock; this ends a child that is busy for ever when its parent is dead.
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hardest = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + seconds, hardest))


if __name__ == "__main__":
    main()

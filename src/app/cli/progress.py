"""How far long work is: a bar on a terminal, plain lines otherwise."""

import contextlib
import sys
from collections.abc import Callable, Generator

LINE_EVERY = 0.1
"""Share of the work between two plain lines."""


@contextlib.contextmanager
def progress_bar(what: str) -> Generator[Callable[[float], None]]:
    """Show what is done and which share of it, from 0 to 1, on standard error."""
    if not sys.stderr.isatty():
        told = 0.0

        def line(share: float) -> None:
            nonlocal told
            if share >= told + LINE_EVERY:
                told = share
                sys.stderr.write(f"{what}: {share:.0%}\n")

        yield line
        return
    from rich.console import Console  # noqa: PLC0415 -- 20 ms at the start of every command otherwise
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda share: bar.update(task, completed=share)

"""Write what the project generates from its code; with --check only say what is out of date."""

import ast
import inspect
import itertools
import sys
from collections import defaultdict
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from app import env_example
from domain import publication
from domain.publication import FINAL, TRANSITIONS, Event, State

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Write the generated files, or check them; return the exit code."""
    stale = [file for file, text in generated().items() if not file.exists() or file.read_text() != text]
    for file in stale:
        print(file.relative_to(ROOT))
    if "--check" in sys.argv[1:]:
        if stale:
            print("out of date: run make generate")
        return int(bool(stale))
    for file in stale:
        file.write_text(generated()[file])
    return 0


def generated() -> dict[Path, str]:
    """Return every generated file with the text it should have."""
    flow = ROOT / "docs" / "posting-flow.md"
    text = flow.read_text()
    for name, part in {"diagram": diagram(), "states": table(State), "events": table(Event)}.items():
        text = with_part(text, name, part)
    return {flow: text, ROOT / ".env.example": env_example.render()}


def with_part(text: str, name: str, part: str) -> str:
    """Return `text` with `part` between the two markers of this name."""
    start, end = f"<!-- generated: {name} -->\n", f"<!-- end: {name} -->"
    before, rest = text.split(start)
    _, after = rest.split(end)
    return f"{before}{start}{part}{end}{after}"


def diagram() -> str:
    """Return the state machine as a Mermaid diagram."""
    events: dict[tuple[State, State], list[Event]] = defaultdict(list)
    for (before, event), after in TRANSITIONS.items():
        events[before, after].append(event)
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {State.DRAFT}"]
    lines += [f"    {before} --> {after}: {', '.join(names)}" for (before, after), names in events.items()]
    lines += [f"    {state} --> [*]" for state in State if state in FINAL]
    return "\n".join([*lines, "```", ""])


def table(members: type[StrEnum]) -> str:
    """Return the members of an enumeration with the docstrings below them."""
    docs = dict(docstrings(members))
    rows = [f"| `{member}` | {docs[member.name]} |" for member in members]
    heading = members.__name__.lower()
    return "\n".join([f"| {heading} | meaning |", "|---|---|", *rows, ""])


def docstrings(members: type[StrEnum]) -> Iterator[tuple[str, str]]:
    """Yield the name and the docstring of each member that has one."""
    module = ast.parse(inspect.getsource(publication))
    [body] = [
        node.body
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef) and node.name == members.__name__
    ]
    for member, below in itertools.pairwise(body):
        match member, below:
            case (
                ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield name, " ".join(text.split())
            case _:
                pass


if __name__ == "__main__":
    sys.exit(main())

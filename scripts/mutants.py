"""Change the code that decides, one small change at a time, and see whether its tests notice: line R17.

    python scripts/mutants.py [--only limiter] [--processes 2]

A mutator of our own, for the state machine is a table, and mutmut 3 changes the inside of functions alone.
Prints what survived, and ends with 1 when less than nine in ten changes were noticed.
"""

import argparse
import ast
import concurrent.futures
import contextlib
import copy
import importlib.machinery
import importlib.util
import io
import itertools
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
TARGETS: Mapping[str, Sequence[str]] = {
    "domain.publication": ("tests/domain/test_transitions.py", "tests/domain/test_publication.py"),
    "services.posting.policy": ("tests/services/posting/test_policy.py",),
    "bot.outgoing.limiter": ("tests/bot/outgoing/test_limiter.py",),
}
LEAST_SHARE = 0.9
SECONDS_PER_MUTANT = 20
"""A mutant that makes its tests hang is noticed too."""

COMPARISONS: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
OPERATORS: Mapping[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitOr: ast.BitAnd,
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


class Mutant(NamedTuple):
    """One change to one module."""

    module: str
    line: int
    change: str
    tree: ast.Module


def main() -> None:
    """Try every mutant that the arguments choose."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", default="", help="modules with this in their name")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    options = parser.parse_args()
    os.chdir(ROOT)
    is_enough = True
    for module, tests in TARGETS.items():
        if options.only in module:
            # Loads what the tests need of others' packages, so that the processes of the mutants need not.
            with contextlib.redirect_stdout(io.StringIO()):
                pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", *tests])
            mutants = list(mutants_of(module))
            with concurrent.futures.ThreadPoolExecutor(options.processes) as pool:
                noticed = list(pool.map(notices, mutants, itertools.repeat(tests)))
            survived = [mutant for mutant, is_noticed in zip(mutants, noticed, strict=True) if not is_noticed]
            share = 1 - len(survived) / len(mutants)
            print(
                f"{module}: {len(mutants) - len(survived)} of {len(mutants)} noticed, {share:.0%}", flush=True
            )
            for mutant in survived:
                print(f"  survived, line {mutant.line}: {mutant.change}")
            is_enough &= share >= LEAST_SHARE
    sys.exit(not is_enough)


def mutants_of(module: str) -> Iterator[Mutant]:
    """Yield every mutant of a module."""
    tree = ast.parse(path_of(module).read_text())
    # How a value is kept, such as frozen or in slots, decides nothing.
    forms = {id(part) for node in ast.walk(tree) for form in _decorators(node) for part in ast.walk(form)}
    for index, node in enumerate(ast.walk(tree)):
        for number in range(0 if id(node) in forms else len(list(changes_of(node)))):
            changed = copy.deepcopy(tree)
            twin = next(each for at, each in enumerate(ast.walk(changed)) if at == index)
            before = ast.unparse(twin)
            for at, _ in enumerate(changes_of(twin)):
                if at == number:  # made, and not taken back
                    break
            line = getattr(node, "lineno", 0)
            change = f"{before[:60]!r} → {ast.unparse(twin)[:60]!r}"
            yield Mutant(module, line, change, ast.fix_missing_locations(changed))


def _decorators(node: ast.AST) -> list[ast.expr]:
    return node.decorator_list if isinstance(node, (ast.ClassDef, ast.FunctionDef)) else []


def changes_of(node: ast.AST) -> Iterator[None]:
    """Make the changes of one node in turn; each is undone when the next is asked for."""
    for holder, name, value in _replacements(node):
        before = getattr(holder, name)
        setattr(holder, name, value)
        yield
        setattr(holder, name, before)


def _replacements(node: ast.AST) -> Iterator[tuple[ast.AST, str, Any]]:
    match node:
        case ast.Compare(ops=[operator, *more]) if type(operator) in COMPARISONS:
            yield node, "ops", [COMPARISONS[type(operator)](), *more]
        case ast.BoolOp(op=ast.And()):
            yield node, "op", ast.Or()
        case ast.BoolOp():
            yield node, "op", ast.And()
        case ast.BinOp(op=operator) if type(operator) in OPERATORS:
            yield node, "op", OPERATORS[type(operator)]()
        case ast.Constant(value=bool() as value):
            yield node, "value", not value
        case ast.Constant(value=int() | float() as value):
            yield node, "value", value + 1
        case ast.IfExp(test=test) | ast.If(test=test):
            yield node, "test", ast.UnaryOp(op=ast.Not(), operand=test)
        case ast.Call(func=ast.Name(id=name) as function) if name in NAMES:
            yield function, "id", NAMES[name]
        case ast.Dict(keys=keys, values=values):
            yield from _changed_table(node, keys, values)
        case ast.Set(elts=[_, _, *_] as elements):
            for index in range(len(elements)):
                yield node, "elts", elements[:index] + elements[index + 1 :]
        case ast.FunctionDef(body=body):
            for index, statement in enumerate(body):
                if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
                    yield node, "body", [*body[:index], ast.Pass(), *body[index + 1 :]]
        case _:
            pass


def _changed_table(
    node: ast.Dict, keys: list[ast.expr | None], values: list[ast.expr]
) -> Iterator[tuple[ast.AST, str, Any]]:
    """Let a table lose each of its rows, and let each row have another's value."""
    for index, value in enumerate(values):
        other = next((each for each in values[index:] if ast.dump(each) != ast.dump(value)), values[0])
        if ast.dump(other) != ast.dump(value):
            yield node, "values", [*values[:index], other, *values[index + 1 :]]
        if keys[index] is not None:
            # A key that nobody asks for stands for the lost row; to the eye it is `None`.
            yield node, "keys", [*keys[:index], ast.Constant(value=None), *keys[index + 1 :]]


def path_of(module: str) -> Path:
    """Return where a module's source is."""
    return ROOT / "src" / Path(*module.split(".")).with_suffix(".py")


def notices(mutant: Mutant, tests: Sequence[str]) -> bool:
    """Whether the tests fail in a process that imports the mutant instead of the module."""
    code = compile(mutant.tree, str(path_of(mutant.module)), "exec", dont_inherit=True)
    child = os.fork()
    if child == 0:
        _test(mutant.module, code, tests)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) != pytest.ExitCode.OK


def _test(module: str, code: CodeType, tests: Sequence[str]) -> None:
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silence, stream)
    signal.alarm(SECONDS_PER_MUTANT)
    for name, known in list(sys.modules.items()):
        if (getattr(known, "__file__", None) or "").startswith((f"{ROOT}/src", f"{ROOT}/tests")):
            del sys.modules[name]
    sys.meta_path.insert(0, _Mutation(module, code))
    os._exit(int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *tests])))


class _Mutation:
    """Finds and loads the mutant under the module's name."""

    def __init__(self, module: str, code: CodeType) -> None:
        self._module = module
        self._code = code

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return itself for the module, nothing for others."""
        return importlib.util.spec_from_loader(name, self) if name == self._module else None  # type: ignore[arg-type]

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        """Leave it to the import system."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the mutated code as the module's."""
        exec(self._code, module.__dict__)  # noqa: S102  (our own code, changed in one place)


if __name__ == "__main__":
    main()

"""The habits that no linter knows."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src"

EMPTY_NAMES = re.compile(r"\b(utils?|helpers?|misc|common|base_service|managers?)\b")
LONG_FILES_WITH_A_REASON = {
    "src/repositories/publications.py": "every statement about publications but the claim",
    "src/repositories/tables.py": "every table, with what must always hold, read as one",
    "tests/repositories/test_claim.py": "one statement, tried in every way to claim too much",
}
LONGEST_FILE_LINES = 400
LONGEST_HANDLER_STATEMENTS = 12
LONGEST_TEST_SLEEP_SECONDS = 1.0
LONGEST_MODULE_WITHOUT_DOCSTRING_LINES = 20
PROCESS_EDGES = {
    "src/app/doctor/bounded.py": "one piece of blocking work, whose error goes to who waits for it",
    "src/app/doctor/examination.py": "one check",
    "src/app/doctor/installation.py": "one look at the database",
    "src/app/health.py": "one question to the database",
    "src/app/leader.py": "one term of a leader",
    "src/app/library.py": "one media folder",
    "src/app/media_workers/worker.py": "one file",
    "src/app/worker.py": "one round of the loop",
    "src/bot/application.py": "one run of a loop",
    "src/bot/dispatch.py": "one update",
    "src/bot/outgoing/sender.py": "one message",
    "src/services/accounts/health.py": "one account",
    "src/services/accounts/refresh.py": "one account",
    "src/services/contributions/answer.py": "one contribution",
    "src/services/posting/plan.py": "one account",
    "src/services/posting/publish.py": "one publication",
    "src/services/posting/reconcile.py": "one look-up",
}
"""Where `except Exception` may stand, and the one thing that may go wrong there without harm to others."""
SETTERS_OF_A_STATE = {
    "src/domain/publication.py": "the state machine",
    "src/repositories/publications.py": "what the state machine gave is written, and read again",
    "src/repositories/claim.py": "a claim is one statement, for many at once",
    "src/repositories/accounts.py": "an account's state, which is another thing",
}
REGISTRY_HOST = re.compile(r"py[p]i\.(org|io)|python[h]osted|npm[j]s\.|de[b]\.debian")
MACHINE_PATH = re.compile(r"(^|[^A-Za-z0-9_.])/(root|work|farm)/")


def modules(*folders: str) -> list[str]:
    """Return the Python files below these folders, relative to the project."""
    return sorted(str(path.relative_to(ROOT)) for folder in folders for path in (ROOT / folder).rglob("*.py"))


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def tree(module: str) -> ast.Module:
    return ast.parse((ROOT / module).read_text())


def calls(module: str) -> Iterator[tuple[ast.Call, str]]:
    """Yield every call of a module with what is called, as it is written."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def test_names_say_what_a_module_is_for() -> None:
    empty = [module for module in modules("src", "tests") if EMPTY_NAMES.search(module.replace("_", " "))]

    assert empty == []


@pytest.mark.parametrize("package", sorted(path.name for path in SRC.iterdir() if path.name.isidentifier()))
def test_every_module_can_be_imported_without_any_setting(package: str) -> None:
    names = [
        ".".join(Path(module).relative_to("src").with_suffix("").parts).removesuffix(".__init__")
        for module in modules(f"src/{package}")
        if not module.endswith("__main__.py")
    ]

    subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-c",
            "import importlib, sys; [importlib.import_module(m) for m in sys.argv[1:]]",
            *names,
        ],
        check=True,
        env={"PYTHONPATH": str(SRC)},
        cwd="/",
    )


def test_everything_is_caught_at_the_edges_of_the_process_alone() -> None:
    catching = {
        module
        for module in modules("src")
        for node in ast.walk(tree(module))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
    }

    assert catching == set(PROCESS_EDGES)


def test_nothing_but_the_state_machine_and_the_rows_sets_the_state_of_a_publication() -> None:
    setting = {
        module
        for module in modules("src")
        if not module.startswith("src/sandbox/")
        for call, name in calls(module)
        if name.rsplit(".", 1)[-1] in {"replace", "Publication", "values"}
        if any(keyword.arg == "state" for keyword in call.keywords)
    }

    assert setting == set(SETTERS_OF_A_STATE)


def test_a_handler_of_the_bot_parses_calls_one_service_and_renders() -> None:
    long = {
        f"{module}:{node.name}"
        for module in modules("src/bot/handlers")
        for node in ast.walk(tree(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if statements(node) > LONGEST_HANDLER_STATEMENTS
    }

    assert long == set()


def statements(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    within = sum(isinstance(part, ast.stmt) for part in ast.walk(function)) - 1
    return within - (ast.get_docstring(function) is not None)


def test_no_time_is_without_a_zone() -> None:
    """Ruff looks for this too, but not in the sandbox, which has a clock of its own."""
    naive = {
        f"{module}:{call.lineno}"
        for module in modules("src", "tests")
        for call, name in calls(module)
        if name.endswith(("datetime.utcnow", "datetime.utcfromtimestamp"))
        or (name.endswith("datetime.now") and not call.args and not call.keywords)
    }

    assert naive == set()


def test_no_test_sleeps_for_long() -> None:
    sleeping = {
        f"{module}:{call.lineno}"
        for module in modules("tests")
        for call, name in calls(module)
        if name in {"asyncio.sleep", "time.sleep", "anyio.sleep"}
        for argument in call.args
        if isinstance(argument, ast.Constant)
        and isinstance(argument.value, int | float)
        and argument.value > LONGEST_TEST_SLEEP_SECONDS
    }

    assert sleeping == set()


def test_a_long_file_has_a_reason_that_one_can_say() -> None:
    long = {
        module
        for module in modules("src", "tests", "scripts", "benchmarks", "chaos")
        if len((ROOT / module).read_text().splitlines()) > LONGEST_FILE_LINES
    }

    assert long == set(LONG_FILES_WITH_A_REASON)


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        module
        for module in modules("src", "scripts", "benchmarks", "chaos")
        if ast.get_docstring(tree(module)) is None
        and len((ROOT / module).read_text().splitlines()) > LONGEST_MODULE_WITHOUT_DOCSTRING_LINES
    ]

    assert silent == []


@pytest.mark.parametrize("pattern", [REGISTRY_HOST, MACHINE_PATH], ids=["registry host", "machine path"])
def test_no_file_names_a_registry_host_or_a_path_of_one_machine(pattern: re.Pattern[str]) -> None:
    naming = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if b"\0" not in (content := path.read_bytes())
        for number, line in enumerate(content.decode().splitlines(), start=1)
        if pattern.search(line)
    ]

    assert naming == []


def test_nobody_patches_what_should_be_passed_in() -> None:
    patching = [module for module in modules("tests") if "unittest" in imported(module)]

    assert patching == []


def imported(module: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def test_every_link_in_the_papers_leads_to_a_file() -> None:
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in tracked()
        if path.suffix == ".md"
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text())
        if "://" not in target and not (path.parent / target).exists()
    ]

    assert broken == []


def test_every_module_that_the_papers_name_is_there() -> None:
    source_file = re.compile(
        r"`((?:src|tests|scripts|benchmarks|domain|services|repositories|platforms|storage|bot|web|app)/[\w/]+\.py)`"
    )
    missing = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in tracked()
        if path.suffix == ".md"
        for line in path.read_text().splitlines()
        if "to come" not in line
        for name in source_file.findall(line)
        if not (ROOT / name).exists() and not (SRC / name).exists()
    ]

    assert missing == []

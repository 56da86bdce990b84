"""No container engine runs the tests, so what it would read is read here."""

import datetime as dt
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.process import PATIENCE

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(name="compose")
def read_compose() -> dict[str, Any]:
    compose: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return compose


@pytest.fixture(name="steps")
def read_dockerfile() -> list[tuple[str, str]]:
    """Return the instructions of the Dockerfile with what follows them."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines if line]


def test_every_instruction_of_the_image_is_one_that_an_engine_knows(steps: list[tuple[str, str]]) -> None:
    known = {
        *("FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE"),
        *("HEALTHCHECK", "ENTRYPOINT", "CMD"),
    }

    assert {instruction for instruction, _ in steps} <= known
    assert steps[0][0] == "FROM"


def test_everything_that_is_downloaded_into_the_image_has_its_hash(steps: list[tuple[str, str]]) -> None:
    installs = [rest for instruction, rest in steps if instruction == "RUN" and "pip install" in rest]

    assert installs
    assert all("--require-hashes" in rest or "--no-index" in rest for rest in installs)
    assert not any("--editable" in rest for rest in installs)


def test_the_image_does_not_run_as_root_and_says_whether_it_is_well(steps: list[tuple[str, str]]) -> None:
    last_stage = steps[max(number for number, step in enumerate(steps) if step[0] == "FROM") :]
    named = dict(last_stage)

    python, dash_c, asking = json.loads(named["HEALTHCHECK"].partition("CMD ")[2])

    assert named["USER"] == "storyline"
    assert (python, dash_c) == ("python", "-c")
    assert "/healthz" in asking
    assert compile(asking, "HEALTHCHECK", "exec")
    assert (named["ENTRYPOINT"], named["CMD"]) == ('["storyline"]', '["run"]')


def test_all_that_the_image_copies_is_let_through_and_is_there(steps: list[tuple[str, str]]) -> None:
    let_through = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    }
    copied = {
        name
        for instruction, rest in steps
        if instruction == "COPY" and not rest.startswith("--from")
        for name in shlex.split(rest)[:-1]
    }

    assert copied - {"."} <= let_through
    assert [name for name in let_through if not (ROOT / name).exists()] == []


def test_the_services_wait_for_each_other_and_say_whether_they_are_well(compose: dict[str, Any]) -> None:
    storyline, postgres = compose["services"]["storyline"], compose["services"]["postgres"]

    assert postgres["image"] == "postgres:16"
    assert storyline["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert "pg_isready" in postgres["healthcheck"]["test"][1]


def test_what_must_last_lies_on_volumes(compose: dict[str, Any]) -> None:
    mounted = {
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service["volumes"]
        if not volume.startswith(("/", "."))
    }

    assert mounted == set(compose["volumes"])


def test_no_password_has_a_default(compose: dict[str, Any]) -> None:
    spelled = (ROOT / "docker-compose.yml").read_text()

    assert compose["services"]["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith(
        "${POSTGRES_PASSWORD:?"
    )
    assert not re.search(r"\$\{\w+:-", spelled)


def test_a_container_is_given_time_to_finish_what_is_in_hand(compose: dict[str, Any]) -> None:
    grace = compose["services"]["storyline"]["stop_grace_period"]

    assert dt.timedelta(seconds=int(grace.removesuffix("s"))) > 2 * PATIENCE

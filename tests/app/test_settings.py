from pathlib import Path

import pytest

from app.settings import Settings, load, read
from domain.errors import StorylineError


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "ENCRYPTION_KEYS", "LEASE_SECONDS", "CLOCK_SPEED"):
        monkeypatch.delenv(name, raising=False)


def test_everything_has_a_default_but_the_secrets() -> None:
    settings = load()

    assert settings.data.url.startswith("sqlite:///")
    assert settings.telegram.telegram_bot_token is None
    assert settings.posting.retry_delays_minutes == (5, 15, 45)


def test_all_problems_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIN_GAP_SECONDS", "soon")
    monkeypatch.setenv("TELEGRAM_CHAT_ID", "the team")
    monkeypatch.setenv("CONTAINER_POLL_SECONDS", "0")

    with pytest.raises(StorylineError) as refused:
        load()

    assert "MIN_GAP_SECONDS" in str(refused.value)
    assert "TELEGRAM_CHAT_ID" in str(refused.value)
    assert "CONTAINER_POLL_SECONDS" in str(refused.value)


def test_a_wrong_secret_is_not_repeated_in_the_complaint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456:canary-token")
    monkeypatch.setenv("TELEGRAM_CHAT_ID", "the team")

    with pytest.raises(StorylineError) as refused:
        load()

    assert "canary" not in str(refused.value)


def test_a_lease_shorter_than_three_calls_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEASE_SECONDS", "100")
    monkeypatch.setenv("REMOTE_TIMEOUT_SECONDS", "60")

    with pytest.raises(StorylineError, match="LEASE_SECONDS"):
        load()


def test_postgresql_needs_keys_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://localhost/storyline")

    with pytest.raises(StorylineError, match="ENCRYPTION_KEYS"):
        load()


def test_a_simulated_clock_is_refused_while_anything_real_could_be_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CLOCK_SPEED", "60")
    monkeypatch.setenv("TELEGRAM_API_BASE_URL", "http://127.0.0.1:8700")

    with pytest.raises(StorylineError, match="GRAPH_API_BASE_URL") as refused:
        load()

    assert "TELEGRAM_API_BASE_URL" not in str(refused.value)


def test_a_simulated_clock_is_taken_when_all_is_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOCK_SPEED", "60")
    for name in (
        "TELEGRAM_API_BASE_URL",
        "GRAPH_API_BASE_URL",
        "INSTAGRAM_GRAPH_API_BASE_URL",
        "GRAPH_VIDEO_BASE_URL",
        "GRAPH_UPLOAD_BASE_URL",
        "CLOUDINARY_UPLOAD_PREFIX",
    ):
        monkeypatch.setenv(name, "http://127.0.0.1:8700")

    assert load().clock.clock_speed == 60


def test_a_file_named_dot_env_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MIN_GAP_SECONDS=7.5\nCLOUDINARY_CLOUD_NAME=cloud\n")

    settings: Settings = load()

    assert settings.posting.min_gap_seconds == 7.5
    assert settings.cloudinary.cloudinary_cloud_name == "cloud"


def test_a_file_named_dot_env_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe=1")

    with pytest.raises(StorylineError, match=r"The file \.env cannot be read"):
        load()


def test_first_values_of_a_workspace_are_held_to_what_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKSPACE_TIMEZONE", "Atlantis/City")
    monkeypatch.setenv("POSTS_PER_DAY", "97")
    monkeypatch.setenv("POSTING_WINDOW", "all day")

    with pytest.raises(StorylineError) as refused:
        load()

    assert str(refused.value).splitlines()[1:] == [
        "  WORKSPACE_TIMEZONE: zone takes an IANA zone such as Europe/Berlin, not “Atlantis/City”.",
        "  POSTS_PER_DAY: posts_per_day takes a whole number from 0 to 96, not “97”.",
        "  POSTING_WINDOW: window takes two times such as 09:00-21:00, not “all day”.",
    ]


@pytest.mark.parametrize("url", ["api.telegram.org", "ftp://127.0.0.1", "https://", "http://[::1"])
def test_a_base_url_without_scheme_and_host_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("TELEGRAM_API_BASE_URL", url)

    with pytest.raises(StorylineError, match="TELEGRAM_API_BASE_URL: takes scheme and host"):
        load()


@pytest.mark.parametrize("url", ["sqlite:////tmp/storyline.db", "postgresql://db.example/storyline"])
def test_either_kind_of_database_is_taken(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("ENCRYPTION_KEYS", "key")

    assert load().data.url == url


def test_another_kind_of_database_is_refused_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://root:canary@127.0.0.1/storyline")

    with pytest.raises(StorylineError, match="DATABASE_URL: takes postgresql") as refused:
        load()

    assert "canary" not in str(refused.value)


def test_one_may_go_on_with_the_defaults_in_place_of_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIN_GAP_SECONDS", "soon")
    monkeypatch.setenv("MAX_CONCURRENT_PUBLICATIONS", "7")

    reading = read()

    assert (
        reading.settings.posting.min_gap_seconds,
        reading.settings.posting.max_concurrent_publications,
    ) == (
        60,
        7,
    )
    assert len(reading.problems) == 1
    assert reading.problems[0].startswith("MIN_GAP_SECONDS:")


def test_a_file_that_cannot_be_read_hides_no_other_setting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe=1")
    monkeypatch.setenv("MIN_GAP_SECONDS", "7")

    reading = read()

    assert reading.settings.posting.min_gap_seconds == 7
    assert reading.problems[0].startswith("The file .env cannot be read")

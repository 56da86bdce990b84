import datetime as dt

import pytest
from pydantic import ValidationError

from platforms.instagram.settings import InstagramSettings, VideoUpload


def test_the_waits_come_as_a_list_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTAINER_POLL_SECONDS", "0.1, 0.5,2")

    assert InstagramSettings().container_polls == (
        dt.timedelta(milliseconds=100),
        dt.timedelta(milliseconds=500),
        dt.timedelta(seconds=2),
    )


@pytest.mark.parametrize("value", ["0", "-1", "soon", ",", "inf", "nan"])
def test_waits_that_are_none_are_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("CONTAINER_POLL_SECONDS", value)

    with pytest.raises(ValidationError):
        InstagramSettings()


@pytest.mark.parametrize("version", ["25", "v25", "25.0", "v25.0/"])
def test_a_version_is_written_as_meta_writes_it(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setenv("GRAPH_API_VERSION", version)

    with pytest.raises(ValidationError):
        InstagramSettings()


def test_an_app_secret_does_not_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACEBOOK_APP_SECRET", "app-secret-value")

    assert "app-secret-value" not in repr(InstagramSettings())


def test_a_video_is_fetched_unless_another_way_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    by_default = InstagramSettings().instagram_video_upload
    monkeypatch.setenv("INSTAGRAM_VIDEO_UPLOAD", "auto")

    assert by_default is VideoUpload.URL
    assert InstagramSettings().instagram_video_upload is VideoUpload.AUTO


def test_a_way_for_videos_that_does_not_exist_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSTAGRAM_VIDEO_UPLOAD", "pigeon")

    with pytest.raises(ValidationError, match="'url', 'resumable' or 'auto'"):
        InstagramSettings()

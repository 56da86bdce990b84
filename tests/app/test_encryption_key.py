import concurrent.futures
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from app.encryption_key import FILE, encryption_keys, keys_for
from app.settings import DataSettings
from domain.errors import StorylineError


def test_a_key_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    data = DataSettings(data_dir=tmp_path / "new")

    first, second = encryption_keys(data), encryption_keys(data)

    assert first == second
    Fernet(first[0])
    assert stat.S_IMODE((tmp_path / "new" / FILE).stat().st_mode) == 0o600


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    data = DataSettings(data_dir=tmp_path)

    with concurrent.futures.ProcessPoolExecutor(4) as pool:
        found = set(map(tuple, pool.map(encryption_keys, [data] * 8)))

    assert len(found) == 1
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_configured_keys_come_first_and_leave_no_file(tmp_path: Path) -> None:
    newest, older = Fernet.generate_key().decode(), Fernet.generate_key().decode()

    keys = encryption_keys(DataSettings(data_dir=tmp_path, encryption_keys=SecretStr(f"{newest}, {older}")))

    assert keys == [newest, older]
    assert list(tmp_path.iterdir()) == []


def test_an_unusable_folder_is_named_in_the_refusal(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(StorylineError, match="file"):
        encryption_keys(DataSettings(data_dir=tmp_path / "file"))


def test_each_purpose_has_keys_of_its_own_in_the_same_order() -> None:
    newest, older = Fernet.generate_key().decode(), Fernet.generate_key().decode()

    links = keys_for("links", [newest, older])
    other = keys_for("other", [newest, older])

    assert links == keys_for("links", [newest, older])
    assert links == [*keys_for("links", [newest]), *keys_for("links", [older])]
    assert len({*links, *other}) == 4
    assert {len(key) for key in links} == {32}

"""What the doctor says of this machine: settings, database, keys, clock, zones, disk, library."""

import contextlib
import datetime as dt
import getpass
import os
import sqlite3

import pytest
from cryptography.fernet import Fernet

from app.doctor import database, folders, keys, settings, times
from app.doctor.installation import visited
from app.settings import read
from domain.finding import Level
from domain.ids import ChatId
from domain.switch import DRY_RUN, POSTING_OFF, Switch, platform_off
from services.unit_of_work import UnitOfWork
from support.builders import INSTAGRAM, NOW
from support.examined import NOBODY, Examined


async def test_every_setting_that_cannot_be_used_is_a_line(alone: Examined) -> None:
    alone.given(min_gap_seconds="soon", web_port="door")

    gap, port = await alone.look(settings.look)

    assert gap.startswith("settings: fail, MIN_GAP_SECONDS: ")
    assert port.startswith("settings: fail, WEB_PORT: ")


async def test_a_database_that_is_up_to_date_is_well(alone: Examined) -> None:
    assert await alone.look(database.look) == ["database: ok, SQLite, up to date"]


async def test_postgresql_is_looked_at_as_sqlite_is_and_its_clock_too(
    alone: Examined, postgresql_url: str
) -> None:
    alone.given(database_url=postgresql_url)

    assert await alone.look(database.look) == ["database: ok, PostgreSQL, up to date"]
    assert (await alone.look(times.look_at_clocks))[0].endswith(" UTC, as the database has it")


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        ("0001", "database: fail, SQLite, migrations are missing → storyline migrate"),
        ("9999", "database: fail, SQLite, a later version of Storyline has changed its tables → "),
    ],
)
async def test_tables_of_another_version_are_told(alone: Examined, revision: str, said: str) -> None:
    with contextlib.closing(sqlite3.connect(alone.url.removeprefix("sqlite:///"))) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        connection.commit()

    (told,) = await alone.look(database.look)

    assert told.startswith(said)


async def test_keys_that_open_everything_are_well(alone: Examined) -> None:
    await alone.connect()

    assert await alone.look(keys.look) == ["keys: ok, 1 in ENCRYPTION_KEYS"]


async def test_keys_that_open_less_than_is_stored_are_told_by_the_accounts(alone: Examined) -> None:
    await alone.connect()
    alone.given(encryption_keys=Fernet.generate_key().decode())

    (told,) = await alone.look(keys.look)

    assert told.startswith("keys: fail, they do not open the access of harbour.lane → ")


async def test_a_key_file_that_is_gone_is_told_and_not_made_anew(alone: Examined) -> None:
    await alone.connect()
    alone.given(encryption_keys="")

    (told,) = await alone.look(keys.look)

    assert told.startswith("keys: fail, ")
    assert "encryption.key is gone, which seals the access of harbour.lane → put the file back" in told
    assert not (alone.folder / "encryption.key").exists()


async def test_a_key_file_that_others_can_read_is_told(alone: Examined) -> None:
    file = alone.folder / "encryption.key"
    file.write_text(alone.key)
    file.chmod(0o644)
    alone.given(encryption_keys="")

    (told,) = await alone.look(keys.look)
    file.chmod(0o600)

    assert told == f"keys: warn, {file} can be read by others (mode 644) → chmod 600 {file}"
    assert await alone.look(keys.look) == [f"keys: ok, {file}"]


async def test_a_malformed_key_is_not_shown(alone: Examined) -> None:
    alone.given(encryption_keys="canary")

    (told,) = await alone.look(keys.look)

    assert told.startswith("keys: fail, ENCRYPTION_KEYS has a malformed key")
    assert "canary" not in told


async def test_all_that_keeps_posts_in_is_told(alone: Examined) -> None:
    async def switch(uow: UnitOfWork) -> None:
        for name in (POSTING_OFF, DRY_RUN, platform_off(INSTAGRAM)):
            await uow.switches.set(Switch(name=name, actor="test", at=NOW))
        (workspace,) = await uow.workspaces.all()
        await uow.workspaces.set_paused(workspace.id, NOW)

    before = await alone.look(settings.look_at_posting)
    await alone.change(switch)
    alone.given(posting_enabled="false", dry_run="true")

    assert before == ["posting: ok, it is on"]
    assert [told.partition(" → ")[2] for told in await alone.look(settings.look_at_posting)] == [
        "POSTING_ENABLED=true",
        "DRY_RUN=false",
        "storyline posting on",
        "storyline posting dry-run off",
        "storyline platforms on instagram",
        "/resume in the chat",
    ]


async def test_a_team_whose_posts_all_come_as_cards_is_told_so(alone: Examined) -> None:
    async def switch(uow: UnitOfWork) -> None:
        (workspace,) = await uow.workspaces.all()
        await uow.workspaces.set_setting(workspace.id, "api", "off", at=NOW)

    await alone.change(switch)

    (told,) = await alone.look(settings.look_at_posting)

    assert told.endswith(
        "everything comes as a card, as posting by API is off → storyline settings set api on"
    )


@pytest.mark.parametrize(
    ("seconds", "level", "said"),
    [
        (0, Level.OK, "as meta.example has it"),
        (20, Level.WARN, "20 s behind meta.example"),
        (-400, Level.FAIL, "400 s ahead of meta.example"),
    ],
)
async def test_the_clock_is_compared_with_those_that_answered(
    alone: Examined, seconds: int, level: Level, said: str
) -> None:
    assert alone
    async with visited(read()) as installation:
        installation.ahead["meta.example"] = dt.timedelta(seconds=seconds)
        (found,) = await times.look_at_clocks(installation)

    assert found.level is level
    assert said in found.found


async def test_a_clock_that_nobody_can_confirm_is_not_called_right(alone: Examined) -> None:
    assert await alone.look(times.look_at_clocks) == [
        "clock: skipped, not checked, because nobody was there to compare it with"
    ]


async def test_the_zone_of_each_team_is_told_and_one_that_is_unknown(alone: Examined) -> None:
    async def move(uow: UnitOfWork) -> None:
        (workspace,) = await uow.workspaces.all()
        await uow.workspaces.set_setting(workspace.id, "zone", "Europe/Berlin", at=NOW)

    await alone.change(move)

    (told,) = await alone.look(times.look_at_zones)

    assert told.startswith("zones: ok, Europe/Berlin, where it is ")


async def test_a_zone_that_this_machine_does_not_know_is_told(alone: Examined) -> None:
    async def move(uow: UnitOfWork) -> None:
        (workspace,) = await uow.workspaces.all()
        await uow.workspaces.set_setting(workspace.id, "zone", "Mars/Olympus", at=NOW)

    await alone.change(move)

    (told,) = await alone.look(database.look)

    assert told.startswith("database: fail, SQLite, up to date, but a setting cannot be read: zone takes")
    assert "an IANA zone such as Europe/Berlin, not “Mars/Olympus”. → " in told


async def test_data_of_another_user_are_told_by_their_name(alone: Examined) -> None:
    data = read().settings.data

    assert await alone.look(folders.look_at_user) == ["user: ok, the one whom the data belong to"]
    assert folders.stranger_to(data, user_id=os.geteuid() + 1) == getpass.getuser()


async def test_a_library_that_is_there_is_well(alone: Examined) -> None:
    assert await alone.look(folders.look_at_library) == [f"library: ok, {alone.folder}/media, watched"]


async def test_a_library_that_is_not_there_is_told(alone: Examined) -> None:
    alone.given(media_dir="nowhere")

    assert await alone.look(folders.look_at_library) == [
        "library: fail, nowhere does not exist → make it and put media there, or change MEDIA_DIR"
    ]


async def test_the_folder_that_a_team_names_is_looked_at_too(alone: Examined) -> None:
    async def name(uow: UnitOfWork) -> None:
        workspace_id = await uow.workspaces.add(name="Potters", chat_id=ChatId(-5), at=NOW)
        await uow.workspaces.set_setting(workspace_id, "media_folder", "/srv/nowhere", at=NOW)

    await alone.change(name)

    first, theirs = await alone.look(folders.look_at_library)

    assert first == f"library: ok, {alone.folder}/media, watched"
    assert theirs.startswith(
        "library: fail, /srv/nowhere does not exist → make it, or storyline settings set"
    )


async def test_more_folders_than_the_machine_watches_are_told(
    alone: Examined, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = alone.folder / "limit"
    limit.write_text("2\n")
    monkeypatch.setattr(folders, "WATCHES", limit)
    for name in ("a", "b"):
        (alone.folder / "media" / name).mkdir()

    (told,) = await alone.look(folders.look_at_library)

    assert "has 3 folders, and this machine watches 2 → sysctl fs.inotify.max_user_watches=6" in told


async def test_a_network_drive_is_to_be_looked_through(
    alone: Examined, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = alone.folder / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nnas:/media {alone.folder.resolve()}/media nfs4 rw 0 0\n")
    monkeypatch.setattr(folders, "MOUNTS", mounts)

    (told,) = await alone.look(folders.look_at_library)

    assert "is a network drive (nfs4), which tells of no changes → WATCH_BY_POLLING=true" in told


@pytest.mark.parametrize(
    ("least_bytes", "scarce_bytes", "level"), [(0, 0, "ok"), (0, 10**18, "warn"), (10**18, 10**18, "fail")]
)
async def test_the_room_on_the_disk_is_told(
    alone: Examined, monkeypatch: pytest.MonkeyPatch, least_bytes: int, scarce_bytes: int, level: str
) -> None:
    monkeypatch.setattr(folders, "LEAST_FREE_BYTES", least_bytes)
    monkeypatch.setattr(folders, "SCARCE_FREE_BYTES", scarce_bytes)

    (told,) = await alone.look(folders.look_at_disk)

    assert told.startswith(f"disk: {level}, ")
    assert f" GB free at {alone.folder}" in told


async def test_a_source_in_a_bucket_is_listed(alone: Examined) -> None:
    without = await alone.look(folders.look_at_bucket)
    alone.given(library_s3_prefix="s3://team/media", aws_access_key_id="", aws_secret_access_key="")
    (lacking,) = await alone.look(folders.look_at_bucket)
    alone.given(aws_access_key_id="id", aws_secret_access_key="secret", aws_endpoint_url=NOBODY)
    (unreachable,) = await alone.look(folders.look_at_bucket)

    assert without == []
    assert lacking.endswith("→ set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY")
    assert unreachable.startswith("bucket: fail, S3 could not be reached")

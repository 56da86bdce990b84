import pytest
from cryptography.fernet import Fernet

from support.command_line import CommandLine


def test_the_first_command_makes_the_database_by_itself(newcomer: CommandLine) -> None:
    listed = newcomer("workspaces", "list")

    assert listed.code == 0
    assert (newcomer.folder / "data" / "storyline.db").is_file()


def test_where_migrations_are_made_by_hand_a_command_says_so(newcomer: CommandLine) -> None:
    newcomer.set(migrate_on_start="false")

    refused = newcomer("workspaces", "list")
    newcomer("migrate")

    assert refused.code == 1
    assert refused.err == "The database is not up to date. Run: storyline migrate\n"
    assert newcomer("workspaces", "list").code == 0


def test_the_chat_of_the_settings_is_a_workspace_before_the_product_first_runs(
    newcomer: CommandLine,
) -> None:
    newcomer.set(telegram_chat_id="-1001", instagram_account_id="178")

    accounts = newcomer("accounts", "list", "--json")

    assert [account["external_id"] for account in accounts.rows] == ["178"]
    assert [workspace["chat_id"] for workspace in newcomer("workspaces", "list", "--json").rows] == [-1001]


def test_the_chat_of_the_settings_may_be_given_a_name(newcomer: CommandLine) -> None:
    newcomer.set(telegram_chat_id="-1001")

    added = newcomer("workspaces", "add", "--chat", "-1001", "--name", "Pottery")

    assert added.code == 0
    assert [each["name"] for each in newcomer("workspaces", "list", "--json").rows] == ["Pottery"]


@pytest.mark.parametrize("command", [("migrate",), ("migrate", "--check"), ("queue", "list")])
def test_a_broken_database_file_is_one_sentence(newcomer: CommandLine, command: tuple[str, ...]) -> None:
    (newcomer.folder / "data").mkdir()
    (newcomer.folder / "data" / "storyline.db").write_bytes(b"no database " * 1000)

    refused = newcomer(*command)

    assert refused.code == 1
    assert refused.err == "The database cannot be used: file is not a database\n"


@pytest.mark.parametrize("command", [("migrate",), ("queue", "list")])
def test_a_database_server_that_is_away_is_one_sentence_without_the_password(
    newcomer: CommandLine, command: tuple[str, ...]
) -> None:
    newcomer.set(
        database_url="postgresql://team:canary@127.0.0.1:1/storyline",
        encryption_keys=Fernet.generate_key().decode(),
    )

    refused = newcomer(*command)

    assert refused.code == 1
    assert refused.err.startswith("The database cannot be used: ")
    assert refused.err.count("\n") == 1
    assert "canary" not in refused.err


def test_a_data_folder_that_cannot_be_made_is_one_sentence(newcomer: CommandLine) -> None:
    (newcomer.folder / "file").touch()
    newcomer.set(data_dir=str(newcomer.folder / "file" / "data"))

    refused = newcomer("workspaces", "list")

    assert refused.code == 1
    assert refused.err == f"The folder {newcomer.folder / 'file' / 'data'} cannot be made: Not a directory.\n"

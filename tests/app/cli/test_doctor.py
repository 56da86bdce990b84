from support.command_line import CommandLine

SHAPE = {"check", "subject", "level", "found", "to_do"}


def to_do(newcomer: CommandLine) -> dict[str, str]:
    return {row["check"]: row["to_do"] for row in newcomer("doctor", "--json").rows}


def found(newcomer: CommandLine) -> dict[str, str]:
    return {row["check"]: row["found"] for row in newcomer("doctor", "--json").rows}


def test_the_doctor_says_what_is_missing_and_what_to_do(newcomer: CommandLine) -> None:
    examined = newcomer("doctor", "--json")

    assert examined.code == 1
    assert all(set(row) == SHAPE for row in examined.rows)
    told = {row["check"]: row["to_do"] for row in examined.rows}
    assert told["database"] == "storyline migrate"
    assert told["bot"] == "set TELEGRAM_BOT_TOKEN, which BotFather shows"
    assert "CLOUDINARY_CLOUD_NAME" in told["storage"]


def test_people_read_every_finding_with_its_level_and_the_way_out(newcomer: CommandLine) -> None:
    told = newcomer("doctor").out

    assert "✗ fail" in told
    assert "SQLite, it has no tables yet" in told
    assert "→ storyline migrate" in told
    assert told.rstrip().splitlines()[-1].endswith("not checked.")


def test_a_wrong_use_is_another_code_than_a_broken_installation(newcomer: CommandLine) -> None:
    assert newcomer("doctor", "--loudly").code == 2


def test_settings_that_are_wrong_hide_nothing_else(newcomer: CommandLine) -> None:
    newcomer.set(min_gap_seconds="soon", media_dir="nowhere")

    told = found(newcomer)

    assert told["settings"].startswith("MIN_GAP_SECONDS: ")
    assert told["library"] == "nowhere does not exist"


def test_the_doctor_tries_the_storage_and_says_where_it_fails(newcomer: CommandLine) -> None:
    newcomer("workspaces", "list")  # makes the keys
    newcomer.set(
        cloud_storage_provider="local",
        public_base_url="http://127.0.0.1:9",
        graph_api_base_url="http://127.0.0.1:9",
        graph_upload_base_url="http://127.0.0.1:9",
        graph_video_base_url="http://127.0.0.1:9",
        instagram_graph_api_base_url="http://127.0.0.1:9",
    )

    (row,) = [row for row in newcomer("doctor", "--json").rows if row["check"] == "storage"]

    assert row["level"] == "fail"
    assert "could not fetch the media: 127.0.0.1 gives no answer" in row["found"]
    assert "Check PUBLIC_BASE_URL" in row["found"]
    assert row["to_do"] == "check that, while storyline run runs"
    assert not list((newcomer.folder / "data" / "hosted").iterdir())


def test_the_doctor_names_what_the_chosen_storage_misses(newcomer: CommandLine) -> None:
    for provider, missing in (
        ("s3", "set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_S3_BUCKET"),
        ("local", "set PUBLIC_BASE_URL"),
    ):
        newcomer.set(cloud_storage_provider=provider)

        assert to_do(newcomer)["storage"] == missing


def test_the_doctor_makes_neither_a_database_nor_a_key(newcomer: CommandLine) -> None:
    newcomer("doctor")

    assert not (newcomer.folder / "data").exists()


def test_the_doctor_tells_why_the_database_cannot_be_used(newcomer: CommandLine) -> None:
    (newcomer.folder / "data").mkdir()
    (newcomer.folder / "data" / "storyline.db").write_bytes(b"no database " * 1000)

    told = found(newcomer)

    assert told["database"] == "The database cannot be used: file is not a database"
    assert told["accounts"] == "not checked, because the database cannot be read"

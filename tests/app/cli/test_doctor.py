from support.command_line import CommandLine


def test_the_doctor_says_what_is_missing_and_what_to_do(storyline: CommandLine) -> None:
    examined = storyline("doctor", "--json")

    to_do = {row["check"]: row["to_do"] for row in examined.rows}
    assert examined.code == 1
    assert to_do["database"] == "storyline migrate"
    assert to_do["telegram"] == "set TELEGRAM_BOT_TOKEN and TELEGRAM_CHAT_ID"
    assert "CLOUDINARY_CLOUD_NAME" in to_do["cloud"]


def test_the_doctor_tries_the_storage_and_says_where_it_fails(storyline: CommandLine) -> None:
    storyline("migrate")
    storyline.set(cloud_storage_provider="local", public_base_url="http://127.0.0.1:9")

    (found,) = [row for row in storyline("doctor", "--json").rows if row["check"] == "storage"]

    assert not found["well"]
    assert "could not fetch the media: 127.0.0.1 gives no answer" in found["found"]
    assert "Check PUBLIC_BASE_URL" in found["found"]
    assert found["to_do"] == "check that, while storyline run runs"
    assert not list((storyline.folder / "data" / "hosted").iterdir())


def test_the_doctor_names_what_the_chosen_storage_misses(storyline: CommandLine) -> None:
    for provider, missing in (
        ("s3", "set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_S3_BUCKET"),
        ("local", "set PUBLIC_BASE_URL"),
    ):
        storyline.set(cloud_storage_provider=provider)

        to_do = {row["check"]: row["to_do"] for row in storyline("doctor", "--json").rows}

        assert to_do["cloud"] == missing


def test_the_doctor_makes_no_database(storyline: CommandLine) -> None:
    storyline("doctor")

    assert not (storyline.folder / "data").exists()


def test_the_doctor_tells_of_a_media_folder_that_is_not_there(storyline: CommandLine) -> None:
    storyline.set(media_dir="nowhere")

    found = {row["check"]: row["found"] for row in storyline("doctor", "--json").rows}

    assert found["library"] == "nowhere does not exist"


def test_the_doctor_tells_why_the_database_cannot_be_used(storyline: CommandLine) -> None:
    (storyline.folder / "data").mkdir()
    (storyline.folder / "data" / "storyline.db").write_bytes(b"no database " * 1000)

    found = {row["check"]: row["found"] for row in storyline("doctor", "--json").rows}

    assert found["database"] == "The database cannot be used: file is not a database"

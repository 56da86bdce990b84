import datetime as dt

import pytest
import typer

from app.cli.queue_add import details_of, variants_of
from domain.ids import MediaId
from domain.post import PostDetails, UserTag
from services.posting.compose import Variant
from support.command_line import CommandLine
from support.media_files import image


def test_people_are_tagged_with_or_without_a_place() -> None:
    details = details_of(user_tags=["anna", "@ben@0.5,1"], collaborators=["@carla"], thumb_offset=1500)

    assert details == PostDetails(
        user_tags=(UserTag(name="anna"), UserTag(name="ben", x=0.5, y=1)),
        collaborators=("carla",),
        thumb_offset=dt.timedelta(seconds=1.5),
    )


@pytest.mark.parametrize("text", ["", "anna@2,0", "anna@0.5", "anna ben", "anna@x,y", "anna@-1,0"])
def test_what_is_no_tag_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(typer.BadParameter, match=r"--user-tag takes a name, or a name and a place such as"):
        details_of(user_tags=[text])


def test_an_account_has_words_and_media_of_its_own() -> None:
    assert variants_of(["pots=Two = 2", "cups="], ["pots=3,4"]) == {
        "pots": Variant(caption="Two = 2", media=(MediaId(3), MediaId(4))),
        "cups": Variant(caption=""),
    }


@pytest.mark.parametrize(
    ("captions", "media", "sentence"),
    [
        (["pots"], [], "--caption-for takes ACCOUNT=TEXT, not “pots”."),
        ([], ["=3"], "--media-for takes ACCOUNT=NUMBERS, not “=3”."),
        ([], ["pots=three"], "--media-for takes numbers such as 3,4, not “three”."),
    ],
)
def test_what_names_no_account_or_no_media_is_refused(
    captions: list[str], media: list[str], sentence: str
) -> None:
    with pytest.raises(typer.BadParameter) as refusal:
        variants_of(captions, media)

    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("option", "value"),
    [("--at", "tomorrow"), ("--needs", "luck"), ("--user-tag", "anna@2,0"), ("--caption-for", "pots")],
)
def test_an_option_that_does_not_have_its_form_is_wrong_usage(
    storyline: CommandLine, option: str, value: str
) -> None:
    refused = storyline("queue", "add", "--placement", "text", "--caption", "New", option, value)

    assert refused.code == 2
    assert f"{option} takes" in refused.err
    assert not list(storyline.folder.glob("*.db"))


def test_a_time_that_no_calendar_holds_in_utc_is_refused(storyline: CommandLine) -> None:
    storyline("workspaces", "add", "--chat", "-1001", "--name", "Team")

    refused = storyline(
        "queue", "add", "--placement", "text", "--caption", "New", "--at", "9999-12-31T23:59:59-10:00"
    )

    assert (refused.code, refused.err) == (1, "The year 9999 cannot be planned for.\n")


def test_a_post_goes_to_two_accounts_with_words_of_its_own_for_one(storyline: CommandLine) -> None:
    storyline("workspaces", "add", "--chat", "-1001", "--name", "Team")
    for number, name in (("178", "pots"), ("179", "cups")):
        storyline("accounts", "add", "instagram", "--id", number, "--username", name, "--login", "facebook")
    picture, cover = storyline.folder / "cup.jpg", storyline.folder / "cover.jpg"
    picture.write_bytes(image())
    cover.write_bytes(image(size=(640, 640)))

    rows = storyline(
        *("queue", "add", "--file", str(picture), "--placement", "feed", "--caption", "For all"),
        *("--caption-for", "cups=For the cups", "--cover", str(cover), "--alt", "A cup", "--json"),
    ).rows

    assert {row["account"]: row["caption"] for row in rows} == {"pots": "For all", "cups": "For the cups"}
    assert len({row["post"] for row in rows}) == 1
    library = storyline("media", "list", "--json").rows
    assert [row["path"].rsplit("/", 1)[-1] for row in library] == ["cup.jpg", "cover.jpg"]


def test_a_name_that_two_accounts_have_chooses_neither_of_them(storyline: CommandLine) -> None:
    storyline("workspaces", "add", "--chat", "-1001", "--name", "Team")
    storyline("accounts", "add", "instagram", "--id", "178", "--username", "pots", "--login", "facebook")
    storyline("accounts", "add", "facebook", "--id", "141", "--name", "pots")
    add = ("queue", "add", "--placement", "feed", "--caption", "New", "--at", "2030-01-05T18:30")

    by_name, by_id = storyline(*add, "--account", "pots"), storyline(*add, "--account", "141")
    paused = storyline("accounts", "pause", "pots")

    sentence = "Several accounts are called pots; say which by its id: 178 (instagram), 141 (facebook).\n"
    assert (by_name.code, by_name.err) == (1, sentence)
    assert (paused.code, paused.err) == (1, sentence)
    assert by_id.code == 0


def test_what_the_platform_is_to_publish_by_itself_is_shown_at_its_time(storyline: CommandLine) -> None:
    storyline("workspaces", "add", "--chat", "-1001", "--name", "Team")
    storyline("accounts", "add", "facebook", "--id", "141", "--name", "pots")

    added = storyline(
        *("queue", "add", "--placement", "text", "--caption", "New", "--native-schedule"),
        *("--at", "2090-01-05T18:30+00:00"),
    )

    assert "2090-01-05 18:30 UTC" in added.out


def test_what_the_bot_cannot_post_is_said_when_it_is_queued(storyline: CommandLine) -> None:
    storyline.set(enable_instagram_api="true", telegram_chat_id="-1001")
    storyline("accounts", "add", "instagram", "--id", "178", "--username", "pots", "--login", "facebook")
    picture = storyline.folder / "cup.jpg"
    picture.write_bytes(image())

    added = storyline("queue", "add", "--placement", "carousel", "--file", str(picture))
    listed = storyline("queue", "list")

    assert "a carousel takes 2 to 10 files, not 1" in added.out
    assert "a carousel takes 2 to 10 files, not 1" in listed.out

import pytest

from bot.handlers.commands import Command, command_in


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/status", Command(name="status")),
        ("/STATUS@Our_Bot", Command(name="status")),
        ("/cancel 12  #13\n14", Command(name="cancel", arguments=("12", "#13", "14"))),
        ("/cancel@our_bot 12", Command(name="cancel", arguments=("12",))),
    ],
)
def test_a_command_is_read_with_its_arguments(text: str, command: Command) -> None:
    assert command_in(text, username="our_bot") == command


@pytest.mark.parametrize("text", ["/status@other_bot", "status", "/", "/ status", "//status", "/sta-tus", ""])
def test_other_bots_commands_and_plain_words_are_none(text: str) -> None:
    assert command_in(text, username="our_bot") is None

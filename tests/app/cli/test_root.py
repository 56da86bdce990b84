import pytest

from app.cli.root import main
from support.command_line import CommandLine


@pytest.mark.parametrize("port", ["-1", "70000"])
def test_a_port_that_cannot_be_is_wrong_usage(storyline: CommandLine, port: str) -> None:
    assert storyline("sandbox", "--port", port).code == 2


def test_running_without_a_bot_says_what_is_needed(storyline: CommandLine) -> None:
    refused = storyline("run")

    assert refused.code == 1
    assert refused.err.startswith("`storyline run` needs TELEGRAM_BOT_TOKEN")


def test_arguments_that_are_no_text_are_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["storyline", "queue", "add", "--caption", "a\udcffb"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 2
    assert capsys.readouterr().err == "The arguments are no valid UTF-8.\n"

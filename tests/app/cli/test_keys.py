from support.command_line import CommandLine

CONNECT = ("accounts", "add", "instagram", "--id", "178", "--username", "pots", "--login", "instagram")


def test_keys_are_replaced_without_losing_a_token(storyline: CommandLine) -> None:
    old, new = (storyline("keys", "new").out.strip() for _ in range(2))
    storyline.set(encryption_keys=old, instagram_graph_api_base_url="http://127.0.0.1:1")
    storyline("workspaces", "add", "--chat", "-1001", "--name", "Team")
    storyline(*CONNECT, "--token", "-", standard_input="IGAA-canary\n")

    storyline.set(encryption_keys=f"{new},{old}")
    rotated = storyline("keys", "rotate")
    storyline.set(encryption_keys=new)
    again = storyline("keys", "rotate")

    assert (rotated.code, rotated.out) == (0, "Tokens sealed with the newest key: 1.\n")
    assert (again.code, again.out) == (0, "Tokens sealed with the newest key: 1.\n")


def test_a_token_that_no_key_opens_is_told_of(storyline: CommandLine) -> None:
    storyline.set(
        encryption_keys=storyline("keys", "new").out.strip(),
        instagram_graph_api_base_url="http://127.0.0.1:1",
    )
    storyline("workspaces", "add", "--chat", "-1001", "--name", "Team")
    storyline(*CONNECT, "--token", "-", standard_input="IGAA-canary\n")

    storyline.set(encryption_keys=storyline("keys", "new").out.strip())
    rotated = storyline("keys", "rotate")

    assert rotated.code == 1
    assert rotated.err == "Tokens that no key opens: 1. Connect their accounts again.\n"

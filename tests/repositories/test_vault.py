import pytest
from cryptography.fernet import Fernet

from domain.account import AccessToken
from domain.errors import StorylineError
from repositories.vault import TokenVault

TOKEN = AccessToken("EAAB-canary-1f0c2d")


def new_key() -> str:
    return Fernet.generate_key().decode()


def test_a_sealed_token_is_unreadable_and_opens_again() -> None:
    vault = TokenVault([new_key()])

    sealed = vault.seal(TOKEN)

    assert TOKEN.value not in sealed
    assert vault.open(sealed) == TOKEN


def test_a_token_opens_with_an_older_key() -> None:
    old = new_key()
    sealed = TokenVault([old]).seal(TOKEN)

    assert TokenVault([new_key(), old]).open(sealed) == TOKEN


def test_after_rotation_the_newest_key_is_enough() -> None:
    old, new = new_key(), new_key()
    sealed = TokenVault([old]).seal(TOKEN)

    rotated = TokenVault([new, old]).rotate(sealed)

    assert rotated is not None
    assert TokenVault([new]).open(rotated) == TOKEN


def test_a_token_that_no_key_opens_is_lost() -> None:
    sealed = TokenVault([new_key()]).seal(TOKEN)
    vault = TokenVault([new_key()])

    assert vault.open(sealed) is None
    assert vault.rotate(sealed) is None


@pytest.mark.parametrize("keys", [[], ["canary-no-key"], [Fernet.generate_key().decode(), "canary-no-key"]])
def test_a_vault_without_good_keys_is_refused_and_the_refusal_shows_no_key(keys: list[str]) -> None:
    with pytest.raises(StorylineError, match="ENCRYPTION_KEYS") as refusal:
        TokenVault(keys)

    assert "canary" not in str(refusal.value)

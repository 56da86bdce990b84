import pytest

from domain.card import CardKind


@pytest.mark.parametrize("kind", CardKind)
def test_the_cards_that_wait_for_a_reply_are_the_prompts(kind: CardKind) -> None:
    assert kind.is_prompt is kind.value.startswith("prompt_")

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.callbacks import LARGEST_NUMBER, MAX_BYTES, CardButton
from domain.card import Action
from domain.ids import CardId

numbers = st.integers(min_value=0, max_value=LARGEST_NUMBER)


@given(action=st.sampled_from(Action), card_id=numbers, version=numbers)
def test_every_button_fits_and_comes_back_as_it_was(action: Action, card_id: int, version: int) -> None:
    button = CardButton(action=action, card_id=CardId(card_id), version=version)

    data = button.encode()

    assert len(data.encode()) <= MAX_BYTES
    assert CardButton.parse(data) == button


def test_the_form_on_the_wire_never_changes() -> None:
    button = CardButton(action=Action.LATER_TONIGHT, card_id=CardId(1234), version=35)

    assert button.encode() == "v1:ln:ya:z"


@given(st.text(max_size=70))
def test_what_no_button_carries_is_no_button(data: str) -> None:
    button = CardButton.parse(data)

    assert button is None or button.encode() == data


@pytest.mark.parametrize(
    "data",
    ["", "v1", "v1:p:1", "v1:p:1:2:3", "v2:p:1:2", "v1:zz:1:2", "v1:p:-1:2", "v1:p:1:01", "v1:P:1:2",
     "v1:p:1:2\n", "v1:p:1y2p0ij32e8e8:0", "v1:p:zzzzzzzzzzzzz:1", "v1:p:１:2"],
)  # fmt: skip
def test_data_that_only_looks_like_a_button_is_none(data: str) -> None:
    assert CardButton.parse(data) is None

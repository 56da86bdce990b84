import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.callbacks import LARGEST_NUMBER, MAX_BYTES, CardButton, ContributionButton, LookalikeButton
from domain.card import Action
from domain.contribution import ContributionAction
from domain.ids import CardId, ContributionId, MediaId

numbers = st.integers(min_value=0, max_value=LARGEST_NUMBER)


@given(action=st.sampled_from(Action), card_id=numbers, version=numbers)
def test_every_button_fits_and_comes_back_as_it_was(action: Action, card_id: int, version: int) -> None:
    button = CardButton(action=action, card_id=CardId(card_id), version=version)

    data = button.encode()

    assert len(data.encode()) <= MAX_BYTES
    assert CardButton.parse(data) == button


@given(
    action=st.sampled_from(ContributionAction),
    number=numbers,
    version=numbers,
    argument=st.from_regex(r"[0-9a-z-]{0,16}", fullmatch=True),
)
def test_so_does_every_button_of_an_answer_to_media(
    action: ContributionAction, number: int, version: int, argument: str
) -> None:
    button = ContributionButton(
        action=action, contribution_id=ContributionId(number), version=version, argument=argument
    )

    data = button.encode()

    assert len(data.encode()) <= MAX_BYTES
    assert ContributionButton.parse(data) == button
    assert CardButton.parse(data) is None


def test_the_form_of_those_never_changes_either() -> None:
    button = ContributionButton(
        action=ContributionAction.WHEN_ON,
        contribution_id=ContributionId(36),
        version=2,
        argument="2026-11-22",
    )

    assert button.encode() == "m1:wo:10:2:2026-11-22"
    assert ContributionButton.parse("m1:wo:10:2:2026-11-22\n") is None
    assert ContributionButton.parse("m1:zz:10:2:") is None


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


@pytest.mark.parametrize("is_kept", [True, False])
def test_the_choice_between_lookalikes_survives_its_data(*, is_kept: bool) -> None:
    button = LookalikeButton(media_id=MediaId(LARGEST_NUMBER), is_kept=is_kept)

    assert LookalikeButton.parse(button.encode()) == button
    assert len(button.encode()) <= MAX_BYTES
    assert LookalikeButton.parse("l1:x:1") is None
    assert LookalikeButton.parse("l1:k:01") is None

"""The limits as Telegram has them, whatever is asked in whatever order."""

import bisect
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.outgoing.limiter import Limiter
from domain.ids import ChatId
from services.messages import Urgency

MINUTE = 60.0


def most_in_any_window(times: Sequence[float], seconds: float) -> int:
    """Return the greatest number of times within any closed window of so many seconds."""
    ordered = sorted(times)
    return max(
        (bisect.bisect_right(ordered, start + seconds) - i for i, start in enumerate(ordered)), default=0
    )


def send_all(
    limiter: Limiter, requests: Sequence[tuple[ChatId, Urgency, float]]
) -> dict[ChatId, list[float]]:
    """Send each request as soon as the limiter lets it go, after a pause; return the times by chat."""
    now = 0.0
    sent: dict[ChatId, list[float]] = {}
    for chat_id, urgency, pause in requests:
        now = max(now + pause, limiter.ready_at(chat_id, urgency))
        limiter.take(chat_id, now)
        sent.setdefault(chat_id, []).append(now)
    return sent


requests = st.lists(
    st.tuples(
        st.integers(min_value=-4, max_value=4).filter(bool).map(ChatId),
        st.sampled_from(Urgency),
        st.floats(min_value=0, max_value=3, allow_nan=False) | st.just(0.0),
    ),
    max_size=300,
)


@settings(deadline=None)
@given(requests)
def test_no_window_is_ever_over_a_limit(asked: list[tuple[ChatId, Urgency, float]]) -> None:
    sent = send_all(Limiter(), asked)

    assert most_in_any_window([time for times in sent.values() for time in times], 1.0) <= 30
    assert all(most_in_any_window(times, 3.0) <= 3 for times in sent.values())
    assert all(most_in_any_window(times, MINUTE) <= 20 for chat, times in sent.items() if chat < 0)


def test_a_hundred_groups_get_at_least_29_messages_a_second_for_minutes() -> None:
    limiter = Limiter()
    chats = [ChatId(-n) for n in range(1, 101)]
    served = dict.fromkeys(chats, float("-inf"))
    now = 0.0
    times: list[float] = []
    while now < 3 * MINUTE:
        ready = {chat: limiter.ready_at(chat, Urgency.CARD) for chat in chats}
        now = max(now, min(ready.values()))
        chat = min((chat for chat in chats if ready[chat] <= now), key=served.__getitem__)
        limiter.take(chat, now)
        served[chat] = now
        times.append(now)

    assert len(times) / (3 * MINUTE) >= 29
    assert most_in_any_window(times, 1.0) <= 30


def test_a_press_finds_room_in_a_group_that_is_full_of_cards() -> None:
    limiter, group = Limiter(), ChatId(-5)
    send_all(limiter, [(group, Urgency.CARD, 0.0)] * 18)

    assert limiter.ready_at(group, Urgency.CARD) > 60
    assert limiter.ready_at(group, Urgency.PRESS) < 25


def test_a_private_chat_has_no_limit_by_the_minute() -> None:
    sent = send_all(Limiter(), [(ChatId(5), Urgency.CARD, 0.0)] * 40)

    assert sent[ChatId(5)][-1] < 45


def test_lost_time_is_made_good_only_a_little() -> None:
    limiter = Limiter()
    limiter.take(ChatId(1), 0.0)

    burst = 0
    while limiter.ready_at(ChatId(100 + burst), Urgency.CARD) <= 10.0:
        limiter.take(ChatId(100 + burst), 10.0)
        burst += 1

    assert 1 <= burst <= 4


def test_a_chat_that_is_told_to_wait_waits_alone() -> None:
    limiter = Limiter()

    limiter.told_to_wait(ChatId(-1), 0.0, until=40.0)

    assert limiter.ready_at(ChatId(-1), Urgency.PRESS) == 40.0
    assert limiter.ready_at(ChatId(-2), Urgency.PRESS) <= 0.0


def test_a_second_chat_that_is_told_to_wait_holds_everybody() -> None:
    limiter = Limiter()

    limiter.told_to_wait(ChatId(-1), 0.0, until=40.0)
    limiter.told_to_wait(ChatId(-2), 1.0, until=30.0)

    assert limiter.ready_at(ChatId(-3), Urgency.PRESS) == 30.0


def test_an_album_counts_as_its_pictures() -> None:
    limiter, group = Limiter(), ChatId(-1)
    limiter.take(group, 0.0, messages=10)
    limiter.take(group, 5.0, messages=8)

    assert limiter.ready_at(group, Urgency.CARD) > 60

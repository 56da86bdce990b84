from bot.outgoing.backlog import Backlog
from bot.outgoing.limiter import Limiter
from domain.ids import ChatId, OutboxId
from services.messages import SendText, Urgency
from services.repositories.chat import Outgoing

ONE, TWO, THREE = ChatId(1), ChatId(2), ChatId(3)


def outgoing(number: int, chat_id: ChatId, urgency: Urgency = Urgency.CARD) -> Outgoing:
    return Outgoing(
        id=OutboxId(number),
        chat_id=chat_id,
        message=SendText(html=str(number)),
        urgency=urgency,
        tries=0,
        unclear=False,
    )


def taken(backlog: Backlog, *, at: float, busy: tuple[ChatId, ...] = ()) -> list[int]:
    return [message.id for message in backlog.take(at, most=10, busy=busy)]


def test_each_chat_sends_one_message_at_a_time_in_order() -> None:
    backlog = Backlog(Limiter())
    backlog.replace([outgoing(1, ONE), outgoing(2, ONE), outgoing(3, TWO)])

    assert taken(backlog, at=0.0) == [1, 3]
    assert taken(backlog, at=1.0, busy=(ONE,)) == []
    assert taken(backlog, at=1.0) == [2]


def test_the_chat_that_waited_longest_goes_first_and_the_urgent_before_all() -> None:
    backlog = Backlog(Limiter())
    backlog.replace([outgoing(1, ONE)])
    backlog.take(0.0, most=10, busy=())

    backlog.replace(
        [outgoing(9, THREE, Urgency.PRESS), outgoing(2, ONE), outgoing(3, TWO)],
    )

    assert taken(backlog, at=10.0) == [9, 3, 2]


def test_no_more_are_taken_than_there_is_room_for() -> None:
    backlog = Backlog(Limiter())
    backlog.replace([outgoing(1, ONE), outgoing(2, TWO), outgoing(3, THREE)])

    assert [message.id for message in backlog.take(0.0, most=2, busy=())] == [1, 2]


def test_nothing_waiting_is_never_ready() -> None:
    assert Backlog(Limiter()).ready_at(busy=()) == float("inf")


def test_what_a_busy_chat_has_is_not_waited_for() -> None:
    backlog = Backlog(Limiter())
    backlog.replace([outgoing(1, ONE)])

    assert backlog.ready_at(busy={ONE}) == float("inf")
    assert backlog.ready_at(busy=()) < 0

import datetime as dt
from typing import Any

import pytest

from domain.errors import TransientError
from platforms._shared.graph_answers import AnswerReader, object_within, objects_within, optional_text

READ = AnswerReader("facebook")
NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def test_a_text_that_must_be_there_may_be_a_number() -> None:
    assert (READ.text({"id": "7"}, "id"), READ.text({"id": 7}, "id")) == ("7", "7")


@pytest.mark.parametrize("value", [None, "", True, [], {}, 1.5])
def test_a_text_that_is_none_cannot_be_read(value: Any) -> None:
    with pytest.raises(TransientError, match="Facebook's answer cannot be read: id"):
        READ.text({"id": value}, "id")
    assert optional_text({"id": value}, "id") is None


@pytest.mark.parametrize(
    "written", ["2026-11-20T12:00:00+0000", "2026-11-20T13:00:00+01:00", "2026-11-20T12:00:00", "1795176000"]
)
def test_a_time_is_read_in_each_of_its_spellings(written: str) -> None:
    assert READ.time({"at": written}, "at") == NOON


@pytest.mark.parametrize("written", ["yesterday", "9" * 30, None])
def test_a_time_that_is_none_cannot_be_read(written: Any) -> None:
    with pytest.raises(TransientError):
        READ.time({"at": written}, "at")


@pytest.mark.parametrize("answer", [{}, {"data": {}}, {"data": [1]}, {"data": None}])
def test_a_list_that_is_none_cannot_be_read(answer: Any) -> None:
    with pytest.raises(TransientError):
        READ.objects(answer)


def test_a_list_goes_on_only_where_it_says_so() -> None:
    cursors = {"cursors": {"after": "x"}}

    assert READ.next_cursor({}) is None
    assert READ.next_cursor({"paging": cursors}) is None
    assert READ.next_cursor({"paging": {**cursors, "next": "https://graph.example/"}}) == "x"


@pytest.mark.parametrize("paging", [{"next": "x"}, {"next": "x", "cursors": []}, 7])
def test_a_list_that_goes_on_without_saying_where_cannot_be_read(paging: Any) -> None:
    with pytest.raises(TransientError):
        READ.next_cursor({"paging": paging})


def test_what_may_be_left_out_is_read_where_it_is_there() -> None:
    assert objects_within({"data": [{"id": "1"}, 2]}) == [{"id": "1"}]
    assert object_within({"status": {"a": 1}}, "status") == {"a": 1}


@pytest.mark.parametrize("value", [None, "x", [], {"data": {}}])
def test_what_may_be_left_out_is_empty_where_it_is_not_as_it_should_be(value: Any) -> None:
    assert objects_within(value) == []
    assert object_within({"status": value if isinstance(value, str | list) else None}, "status") == {}

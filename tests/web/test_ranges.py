import pytest

from web.ranges import Part, UnsatisfiableRangeError, asked_part


@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [
        ("bytes=0-", 0, 1000),
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=10-5000", 10, 1000),
        ("bytes=999-", 999, 1000),
        ("bytes=-1", 999, 1000),
        ("bytes=-5000", 0, 1000),
        ("Bytes=1-2", 1, 3),
    ],
)
def test_one_range_is_a_part_of_the_file(header: str, start: int, stop: int) -> None:
    assert asked_part(header, 1000) == Part(start=start, stop=stop)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=20-10",
        "bytes=0-1,5-6",
        "bytes=+1-2",
        "bytes=1_0-20",
        "bytes=٣-٤",
        "bytes=0x1-2",
        "bytes 0-1",
        "items=0-1",
        f"bytes={'9' * 19}-",
    ],
)
def test_what_is_no_range_or_more_than_one_asks_for_the_whole(header: str | None) -> None:
    assert asked_part(header, 1000) is None


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-2000", "bytes=-0"])
def test_a_range_behind_the_end_cannot_be_served(header: str) -> None:
    with pytest.raises(UnsatisfiableRangeError):
        asked_part(header, 1000)


def test_an_empty_file_has_no_part() -> None:
    with pytest.raises(UnsatisfiableRangeError):
        asked_part("bytes=0-", 0)

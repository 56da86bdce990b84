import datetime as dt

import pytest

from domain.quota import DAY, HOUR, Quota, QuotaLevel, Reading, Standing, next_place_at, runs_out_at

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def reading(used: int, total: int = 50) -> Reading:
    return Reading(quota=Quota(used=used, total=total), at=NOW)


def standing(taken: Reading | None, *, posted_since: int = 0, on_their_way: int = 0) -> Standing:
    return Standing(
        reading=taken, posted_since=posted_since, on_their_way=on_their_way, begun_in_hour=posted_since
    )


@pytest.mark.parametrize(
    ("used", "level"),
    [
        (0, QuotaLevel.FREE),
        (39, QuotaLevel.FREE),
        (40, QuotaLevel.SCARCE),
        (49, QuotaLevel.SCARCE),
        (50, QuotaLevel.USED_UP),
        (51, QuotaLevel.USED_UP),
    ],
)
def test_a_quota_is_scarce_from_four_fifths_on(used: int, level: QuotaLevel) -> None:
    assert Quota(used=used, total=50).level is level


def test_ours_that_the_reading_cannot_contain_take_places_too() -> None:
    taken = reading(47)

    assert not standing(taken, posted_since=1, on_their_way=1).is_full(taken)
    assert standing(taken, posted_since=2, on_their_way=1).is_full(taken)


def test_a_reading_taken_just_now_contains_what_was_posted_since_the_last_one() -> None:
    assert not standing(reading(40), posted_since=9, on_their_way=1).is_full(reading(48))
    assert standing(reading(40), posted_since=9, on_their_way=1).is_full(reading(49))


def test_below_the_cap_there_is_a_place_now() -> None:
    assert next_place_at([NOW, NOW], cap=3, window=HOUR) is None


def test_a_place_is_free_when_the_oldest_post_leaves_the_window() -> None:
    begun = [NOW - 10 * MINUTE, NOW - 50 * MINUTE, NOW - 30 * MINUTE]

    assert next_place_at(begun, cap=3, window=HOUR) == NOW + 10 * MINUTE
    assert next_place_at(begun, cap=2, window=HOUR) == NOW + 30 * MINUTE


def test_each_that_waits_gets_a_place_of_its_own() -> None:
    begun = [NOW - 40 * MINUTE, NOW - 20 * MINUTE]

    places = [next_place_at(begun, cap=2, window=HOUR, ahead=ahead) for ahead in range(4)]

    assert places == [NOW + minutes * MINUTE for minutes in (20, 40, 80, 100)]


def test_the_quota_runs_out_with_the_first_planned_post_that_finds_no_place() -> None:
    planned = [NOW + hours * HOUR for hours in (3, 1, 2)]

    assert runs_out_at(reading(48), posted=[], planned=planned) == NOW + 3 * HOUR
    assert runs_out_at(reading(47), posted=[], planned=planned) is None
    assert runs_out_at(reading(50), posted=[], planned=planned) == NOW + HOUR


def test_ours_that_leave_the_window_make_room() -> None:
    posted = [NOW - DAY + 2 * HOUR]
    planned = [NOW + HOUR, NOW + 3 * HOUR]

    assert runs_out_at(reading(49), posted=posted, planned=planned) is None
    assert runs_out_at(reading(49), posted=[], planned=planned) == NOW + 3 * HOUR


def test_what_is_planned_for_later_than_a_day_is_no_matter_of_now() -> None:
    assert runs_out_at(reading(50), posted=[], planned=[NOW + DAY + MINUTE]) is None

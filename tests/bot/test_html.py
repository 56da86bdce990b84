from hypothesis import given
from hypothesis import strategies as st

from bot.html import bold, chunks, cut, joined, link, plain, preformatted, units_of


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def test_what_people_write_is_never_markup() -> None:
    assert plain("<b>&\"'").source == "&lt;b&gt;&amp;\"'"
    assert link("a<b", 'https://example.com/?q="&x').source == (
        '<a href="https://example.com/?q=&quot;&amp;x">a&lt;b</a>'
    )


def test_length_counts_what_is_seen_with_an_emoji_as_two() -> None:
    assert (bold("a<👍") + preformatted("x")).units == 5


@given(st.text())
def test_units_are_those_of_utf_16(text: str) -> None:
    assert units_of(text) == utf16_units(text)


@given(st.text(), st.integers(min_value=0, max_value=40))
def test_a_cut_text_fits_and_begins_as_the_whole(text: str, units: int) -> None:
    shown = cut(text, units)

    assert units_of(shown) <= units
    assert shown == text or text.startswith(shown.removesuffix("…"))


@given(st.text(), st.integers(min_value=2, max_value=40))
def test_chunks_fit_and_are_the_whole_text(text: str, units: int) -> None:
    pieces = chunks(text, units)

    assert "".join(pieces) == text
    assert all(0 < units_of(piece) <= units for piece in pieces)


def test_empty_parts_leave_no_empty_lines() -> None:
    assert joined([plain(""), plain("a"), plain(""), plain("b")]).source == "a\nb"

import pytest

from sandbox.telegram.errors import ApiError
from sandbox.telegram.formatting import FormattedText, formatted, units


def html(raw: str) -> FormattedText:
    return formatted(raw, parse_mode="HTML")


def test_offsets_and_lengths_count_utf16_units() -> None:
    text = html("😀 <b>é😀</b>")

    assert text.text == "😀 é😀"
    assert text.entities == [{"offset": 3, "length": 3, "type": "bold"}]
    assert units(text.text) == 6


def test_nested_entities_come_outermost_first() -> None:
    text = html("<b>one <i>two</i></b>")

    assert [(entity["type"], entity["offset"], entity["length"]) for entity in text.entities] == [
        ("bold", 0, 7),
        ("italic", 4, 3),
    ]


@pytest.mark.parametrize(
    ("raw", "entity"),
    [
        (
            '<a href="https://example.com/?a=1&amp;b=2">x</a>',
            {"type": "text_link", "url": "https://example.com/?a=1&b=2"},
        ),
        ('<span class="tg-spoiler">x</span>', {"type": "spoiler"}),
        ("<tg-spoiler>x</tg-spoiler>", {"type": "spoiler"}),
        ("<blockquote expandable>x</blockquote>", {"type": "expandable_blockquote"}),
        ("<pre>x</pre>", {"type": "pre"}),
        ('<pre><code class="language-python">x</code></pre>', {"type": "pre", "language": "python"}),
        ("<del>x</del>", {"type": "strikethrough"}),
    ],
)
def test_each_tag_becomes_its_entity(raw: str, entity: dict[str, str]) -> None:
    assert html(raw).entities == [{"offset": 0, "length": 1, **entity}]


def test_a_link_to_nowhere_is_plain_text() -> None:
    assert html('<a href="nowhere">x</a>') == FormattedText(text="x", entities=[])


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("é<h1>x</h1>", 'Unsupported start tag "h1" at byte offset 2'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x/y>y</a>", "Unexpected end of name token at byte offset 8"),
        ('<a href="x>y</a>', "Unclosed start tag at byte offset 0"),
    ],
)
def test_broken_html_is_refused_in_the_servers_words(raw: str, reason: str) -> None:
    with pytest.raises(ApiError) as refused:
        html(raw)

    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


def test_only_the_named_and_numeric_characters_are_decoded() -> None:
    assert html("&lt;&gt;&amp;&quot;&#39;&#x1F600;&nbsp;&").text == "<>&\"'😀&nbsp;&"


def test_surrounding_whitespace_goes_and_entities_move_along() -> None:
    text = html("  \n<b>x</b> y \n")

    assert text.text == "x y"
    assert text.entities == [{"offset": 0, "length": 1, "type": "bold"}]


def test_commands_mentions_links_and_hashtags_are_found() -> None:
    text = formatted("/queue@test_bot now @anna_holm https://example.com/a. #coast", parse_mode="")

    found = [(entity["type"], text.text[entity["offset"] :][: entity["length"]]) for entity in text.entities]
    assert found == [
        ("bot_command", "/queue@test_bot"),
        ("mention", "@anna_holm"),
        ("url", "https://example.com/a"),
        ("hashtag", "#coast"),
    ]


def test_nothing_is_found_inside_code() -> None:
    assert [entity["type"] for entity in html("<code>/queue #coast</code>").entities] == ["code"]


def test_entities_may_be_given_beside_the_text() -> None:
    text = formatted("bold", parse_mode="", listed=[{"type": "bold", "offset": 0, "length": 4}])

    assert text.entities == [{"type": "bold", "offset": 0, "length": 4}]


def test_a_given_entity_beyond_the_text_is_refused() -> None:
    with pytest.raises(ApiError, match="ends after the end of the text"):
        formatted("😀", parse_mode="", listed=[{"type": "bold", "offset": 0, "length": 3}])


def test_an_unknown_parse_mode_is_refused() -> None:
    with pytest.raises(ApiError, match="unsupported parse_mode"):
        formatted("x", parse_mode="Textile")

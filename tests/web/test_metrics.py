from collections.abc import Sequence

import httpx
from starlette.applications import Starlette

from web.metrics import Gauge, route


async def scraped(*gauges: Gauge) -> str:
    async def read() -> Sequence[Gauge]:
        return gauges

    transport = httpx.ASGITransport(app=Starlette(routes=[route(read)]))
    async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
        answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.text


async def test_a_gauge_has_its_meaning_and_a_line_for_each_set_of_labels() -> None:
    text = await scraped(
        Gauge(
            name="quota_used", meaning="Posts made.", samples=[({"account": "a"}, 3), ({"account": "b"}, 5)]
        )
    )

    assert text == (
        "# HELP storyline_quota_used Posts made.\n"
        "# TYPE storyline_quota_used gauge\n"
        'storyline_quota_used{account="a"} 3.0\n'
        'storyline_quota_used{account="b"} 5.0\n'
    )


async def test_a_gauge_without_labels_is_one_line_and_one_without_values_only_its_meaning() -> None:
    text = await scraped(
        Gauge(name="leading", meaning="Leads.", samples=[({}, True)]),
        Gauge(name="empty", meaning="Nothing.", samples=[]),
    )

    assert "storyline_leading 1.0\n" in text
    assert text.endswith("# TYPE storyline_empty gauge\n")


async def test_names_that_people_choose_do_no_harm() -> None:
    text = await scraped(Gauge(name="posts", meaning="Posts.", samples=[({"team": 'a "b"\n\\c'}, 1)]))

    assert 'storyline_posts{team="a \\"b\\"\\n\\\\c"} 1.0\n' in text

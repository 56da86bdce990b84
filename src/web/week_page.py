"""The page of a week as HTML: a picture, and every slot in words; it needs no script."""

from html import escape

from services.contact_sheet import WeekDay, WeekTile
from services.posting.week import Week
from services.posting.week_picture import days_of

_STYLE = """
:root { color-scheme: light dark; --paper: #f6f3ee; --card: #fff; --ink: #26221d; --faint: #665e53;
  --line: #d9d2c7; --bot: #2f6f4f; --hand: #a2470f; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #17150f; --card: #221f19; --ink: #f0ebe2; --faint: #b5ab9c; --line: #3d382f;
    --bot: #7fcba4; --hand: #f0a070; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.25rem 1rem 3rem; max-width: 74rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.45 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1rem; margin: 0 0 .5rem; }
.lead { color: var(--faint); margin: .25rem 0 1rem; }
main { display: flex; flex-direction: column; gap: 1rem; }
.picture { display: block; overflow-x: auto; border: 1px solid var(--line); border-radius: .6rem; }
.picture img { display: block; width: 100%; min-width: 44rem; height: auto; }
.days { display: grid; gap: .75rem;
  grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); }
.day { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .8rem .9rem; }
ul { list-style: none; margin: 0; padding: 0; }
li { display: grid; grid-template-columns: 3.6rem 1fr; padding: .35rem 0; border-top: 1px solid var(--line); }
time { font-variant-numeric: tabular-nums; font-weight: 600; }
.what { overflow-wrap: anywhere; }
.bot { color: var(--bot); } .hand { color: var(--hand); } .bot, .hand { font-weight: 600; }
.faint { color: var(--faint); }
@media (max-width: 44rem) { .picture { order: 1; } }
.note { margin: 0; border-left: 4px solid var(--hand); padding: .4rem .8rem; background: var(--card); }
"""


def page(week: Week, *, picture: str) -> str:
    """Return the whole document.

    Args:
        week: what is planned.
        picture: the address of its picture, as a link from the page.
    """
    days = days_of(week)
    name = escape(week.workspace.name)
    address = escape(picture, quote=True)
    paused = (
        '<p class="note" role="status">Posting is paused. What is too late when it goes on is missed.</p>'
        if week.workspace.paused_at
        else ""
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{name} · the next days</title>
<style>{_STYLE}</style>
</head>
<body>
<header>
<h1>{name}: the next {len(days)} days</h1>
<p class="lead">{_counts(days)} Times are {escape(week.workspace.settings.timezone)}.</p>
</header>
<main>
{paused}
<a class="picture" href="{address}"><img src="{address}" alt="{_COLUMNS}"></a>
<div class="days">
{"".join(map(_day, days))}
</div>
</main>
</body>
</html>
"""


_COLUMNS = "The plan as a picture, a column for each day; the lists below say the same."


def _counts(days: list[WeekDay]) -> str:
    tiles = [tile for day in days for tile in day.tiles]
    empty = sum(not tile.lane for tile in tiles)
    planned = f"{len(tiles) - empty} planned."
    return f"{planned} {empty} {'slot is' if empty == 1 else 'slots are'} empty." if empty else planned


def _day(day: WeekDay) -> str:
    slots = "".join(map(_slot, day.tiles)) or '<li><span></span><span class="faint">Nothing</span></li>'
    return f'<section class="day"><h2>{escape(day.title)}</h2><ul>{slots}</ul></section>\n'


def _slot(tile: WeekTile) -> str:
    account = escape(tile.account)
    if not tile.lane:
        what = f'<span class="faint">empty · {account}</span>'
    else:
        lane = f'<span class="{"hand" if tile.is_by_hand else "bot"}">{escape(tile.lane)}</span>'
        reason = f' <span class="faint">{escape(tile.reason)}</span>' if tile.reason else ""
        what = f"{escape(tile.number)} {account} · {lane}{reason}"
    return f'<li><time>{escape(tile.time)}</time><span class="what">{what}</span></li>'

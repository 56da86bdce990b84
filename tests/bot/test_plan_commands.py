"""Changes of the plan by commands in the team's chat."""

from domain.publication import Publication, State
from support.bot_world import BotWorld
from support.said import answer
from support.telegram_api import BEN


async def planned(team: BotWorld) -> list[Publication]:
    """Return what waits for its time, earliest first."""
    async with team.database.read() as look:
        jobs = await look.publications.find(team.workspace.id, states=(State.SCHEDULED,))
    return sorted((job.publication for job in jobs), key=lambda each: each.planned_at)


async def stocked(team: BotWorld) -> None:
    """Plan two days of one slot each, with something left in the library."""
    for number in range(3):
        await team.add_media(f"Item {number}", (90 + number, 160))
    for key, value in (("posts_per_day", "1"), ("horizon_days", "3")):
        await team.set(key, value)
    await team.planning.fill(team.clock.now())


async def test_an_admin_swaps_moves_inserts_and_replaces_by_number(team: BotWorld) -> None:
    await stocked(team)
    first, second, *_ = await planned(team)

    async with team.running():
        swapped = await answer(team, f"/swap {first.id} #{second.id}")
        moved = await answer(team, f"/move {first.id} tomorrow 23:58")
        inserted = await answer(team, "/insert 3 story tomorrow 23:57")
        replaced = await answer(team, f"/replace {second.id}")

    after = {each.id: each for each in await planned(team)}
    assert [line.split(" goes out ")[0] for line in swapped.splitlines()] == [
        f"🗓 {first.id}",
        f"🗓 {second.id}",
    ]
    assert f"🗓 {first.id} goes out" in moved
    assert f"{after[first.id].planned_at:%H:%M}" == "23:58"
    assert "goes out on harbour.lane" in inserted
    assert replaced.startswith(f"🗑 {second.id} is out of the plan.")
    assert second.id not in after


async def test_the_week_comes_with_a_link_to_its_page_and_says_when_posting_is_paused(team: BotWorld) -> None:
    await stocked(team)
    await team.workspaces.pause(team.workspace.id, by="test")

    async with team.running():
        said = await answer(team, "/week", by=BEN)

    assert "planned for the next 7 days" in said
    assert "⏸ Posting is paused" in said
    assert "Open as a page" in said


async def test_what_cannot_be_done_is_said_and_who_may_not_changes_nothing(team: BotWorld) -> None:
    await stocked(team)
    before = await planned(team)
    number = before[0].id

    async with team.running():
        said = [
            await answer(team, text)
            for text in ("/swap 1", "/move 1 yesterday", "/insert 1 link 18:30", "/replace", "/replace 99")
        ]
        refused = await answer(team, f"/move {number} tomorrow 23:58", by=BEN)

    assert [text.split("?")[0] for text in said[:4]] == [
        "Which two",
        "Which one, and to when",
        "What, and when",
        "Which one",
    ]
    assert said[4] == "There is no publication 99."
    assert refused == "Only administrators of this chat can do that."
    assert await planned(team) == before

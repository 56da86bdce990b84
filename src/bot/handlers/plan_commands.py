"""Changes of the plan by commands: swap, move, insert, replace."""

import datetime as dt
import re

from bot import texts
from bot.access import Member
from domain.errors import StorylineError
from domain.ids import MediaId, PublicationId
from domain.publication import person
from services.ports import Clock
from services.posting.answers import time_in
from services.posting.edit_plan import PlanEditor
from services.setting_values import PLANNABLE

PLAN_COMMANDS = frozenset({"swap", "move", "insert", "replace"})
_NUMBER = re.compile(r"#?(\d{1,18})")


class PlanCommands:
    """Carries changes of the plan to the use case, and says in a sentence what came of them."""

    def __init__(self, *, plan: PlanEditor, clock: Clock) -> None:
        self._plan = plan
        self._clock = clock

    async def changed(self, member: Member, name: str, arguments: tuple[str, ...]) -> str:
        """Carry out one of `PLAN_COMMANDS`."""
        numbers = [int(found[1]) for word in arguments[:2] if (found := _NUMBER.fullmatch(word))]
        try:
            match name, numbers:
                case "swap", [one, other] if len(arguments) == 2:  # noqa: PLR2004  (two numbers)
                    return await self._swapped(member, PublicationId(one), PublicationId(other))
                case "replace", [one] if len(arguments) == 1:
                    return await self._replaced(member, PublicationId(one))
                case "move", [one]:
                    return await self._moved(member, PublicationId(one), arguments[1:])
                case "insert", [media_id]:
                    return await self._inserted(member, MediaId(media_id), arguments[1:])
                case _:
                    return texts.PLAN_USAGE[name]
        except StorylineError as refusal:
            return str(refusal)

    async def _swapped(self, member: Member, one: PublicationId, other: PublicationId) -> str:
        swapped = await self._plan.swap(member.workspace.id, one, other, by=person(member.person.id))
        return "\n".join(texts.goes_out(each.id, self._when(member, each.planned_at)) for each in swapped)

    async def _replaced(self, member: Member, publication_id: PublicationId) -> str:
        await self._plan.cancel(member.workspace.id, publication_id, by=person(member.person.id))
        return texts.replaced(publication_id)

    async def _moved(self, member: Member, publication_id: PublicationId, time: tuple[str, ...]) -> str:
        at = self._time(member, time)
        if at is None:
            return texts.PLAN_USAGE["move"]
        moved = await self._plan.move(member.workspace.id, publication_id, at=at, by=person(member.person.id))
        return texts.goes_out(moved.id, self._when(member, moved.planned_at))

    async def _inserted(self, member: Member, media_id: MediaId, rest: tuple[str, ...]) -> str:
        placement = rest[0].lower() if rest and rest[0].lower() in PLANNABLE else None
        at = self._time(member, rest[1:] if placement else rest)
        if at is None:
            return texts.PLAN_USAGE["insert"]
        jobs = await self._plan.insert(
            member.workspace.id, media_id, at=at, placement=placement, by=person(member.person.id)
        )
        return "\n".join(
            texts.goes_out(
                job.publication.id, self._when(member, job.publication.planned_at), job.account.name
            )
            for job in jobs
        )

    def _time(self, member: Member, words: tuple[str, ...]) -> dt.datetime | None:
        return time_in(" ".join(words), self._clock.now(), member.workspace.settings.zone)

    def _when(self, member: Member, moment: dt.datetime) -> str:
        return texts.when(moment, member.workspace.settings.zone)

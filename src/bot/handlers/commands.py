"""Commands."""

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Sequence

import structlog
import telegram

from bot import texts
from bot.access import COMMANDS, Door, Member
from bot.answers import Answers
from bot.handlers.plan_commands import PLAN_COMMANDS, PlanCommands
from bot.html import MAX_TEXT_UNITS, Html, cut, plain
from bot.updates import Message, User
from bot.views import lists
from bot.views.help import help_
from bot.views.stats import stats
from bot.views.status import status
from domain.ids import ChatId, PublicationId
from domain.publication import person
from services import messages
from services.ports import Clock
from services.posting.edit_plan import PlanEditor
from services.posting.schedule import QueueService, Refusal
from services.queries import QueryService
from services.week_links import WeekLinks
from services.workspaces import WorkspaceService

STATS_SPAN = dt.timedelta(days=30)
MOST_LISTED = 10
MOST_AT_ONCE = 50
"""How many numbers one command takes."""

_COMMAND = re.compile(
    r"/(?P<name>[a-z_]{1,32})(?:@(?P<bot>\w+))?(?:\s+(?P<rest>.*))?", re.DOTALL | re.IGNORECASE
)
_NUMBER = re.compile(r"#?(\d{1,18})")
_log = structlog.get_logger()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command as it was written."""

    name: str
    """In lower case, without the slash."""
    arguments: tuple[str, ...] = ()


def command_in(text: str, *, username: str) -> Command | None:
    """Return the command a text is; None: it is none, or it is another bot's."""
    found = _COMMAND.fullmatch(text)
    if found is None or (found["bot"] or username).lower() != username.lower():
        return None
    return Command(name=found["name"].lower(), arguments=tuple((found["rest"] or "").split()))


class Commands:
    """Answers commands."""

    def __init__(
        self,
        *,
        bot: telegram.Bot,
        door: Door,
        answers: Answers,
        queries: QueryService,
        workspaces: WorkspaceService,
        queue: QueueService,
        plan: PlanEditor,
        week_links: WeekLinks | None,
        clock: Clock,
    ) -> None:
        self._bot = bot
        self._door = door
        self._answers = answers
        self._queries = queries
        self._workspaces = workspaces
        self._queue = queue
        self._plan = PlanCommands(plan=plan, clock=clock)
        self._week_links = week_links
        self._clock = clock

    async def handle(self, update_id: int, message: Message, author: User) -> None:
        """Answer one command; others' and unknown ones are passed over."""
        command = command_in(message.text, username=self._bot.username)
        if command is None or command.name not in COMMANDS:
            return await self._answers.nothing(update_id)
        if message.chat.is_private:
            return await self._at_the_front_door(update_id, message, author, command)
        member = await self._door.admit(ChatId(message.chat.id), author.person, update_id=update_id)
        if member is None:
            return await self._answers.nothing(update_id, error="stranger")
        _log.info("command.handled", update_id=update_id, command=command.name, user_id=author.id)
        answer = await self._answer(member, command, reply_to=message.message_id)
        return await self._answers.send(update_id, member.workspace.chat_id, answer)

    async def _at_the_front_door(
        self, update_id: int, message: Message, author: User, command: Command
    ) -> None:
        if command.name not in {"start", "help"} or not await self._door.belongs_somewhere(author.person):
            return await self._answers.nothing(update_id, error="private chat")
        return await self._answers.reply(
            update_id, ChatId(message.chat.id), help_(is_private=True), to=message.message_id
        )

    async def _answer(self, member: Member, command: Command, *, reply_to: int) -> messages.Message:
        if not member.role.may(COMMANDS[command.name]):
            return _text(plain(texts.NOT_ALLOWED), reply_to)
        if command.name in {"queue", "week"}:
            return self._pictured(member, command, reply_to)
        if command.name in PLAN_COMMANDS:
            said = await self._plan.changed(member, command.name, command.arguments)
            return _text(plain(cut(said, MAX_TEXT_UNITS)), reply_to)
        if command.name in {"pause", "resume", "cancel", "retry"}:
            return _text(await self._changed(member, command), reply_to)
        return _text(await self._shown(member, command), reply_to)

    def _pictured(self, member: Member, command: Command, reply_to: int) -> messages.Message:
        if command.name == "queue":
            return messages.SendQueue(reply_to=reply_to)
        link = self._week_links.made(member.workspace.id) if self._week_links else ""
        return messages.SendWeek(at=self._clock.now(), link=link, reply_to=reply_to)

    async def _shown(self, member: Member, command: Command) -> Html:
        workspace = member.workspace
        match command.name:
            case "status":
                return status(await self._queries.status(workspace.id))
            case "next":
                return lists.following(await self._queries.upcoming(workspace.id, limit=1))
            case "history":
                return lists.history(await self._queries.history(workspace.id, limit=MOST_LISTED))
            case "failed":
                return lists.failed(await self._queries.dead_letters(workspace.id, limit=MOST_LISTED))
            case "stats":
                since = self._clock.now() - STATS_SPAN
                return stats(await self._queries.stats(workspace.id, since=since), workspace)
            case _:
                return help_(is_private=False)

    async def _changed(self, member: Member, command: Command) -> Html:
        by = person(member.person.id)
        match command.name:
            case "pause":
                await self._workspaces.pause(member.workspace.id, by=by)
                return plain(texts.PAUSED)
            case "resume":
                await self._workspaces.resume(member.workspace.id, by=by)
                return plain(texts.RESUMED)
            case "retry":
                return await self._retried(member, command.arguments, by=by)
            case _:
                return await self._cancelled(member, command.arguments, by=by)

    async def _cancelled(self, member: Member, arguments: tuple[str, ...], *, by: str) -> Html:
        ids = _numbers(arguments)
        if not ids:
            return plain(texts.CANCEL_USAGE)
        refusals = await self._queue.cancel(member.workspace.id, ids, by=by)
        return _told(texts.cancelled, ids, refusals)

    async def _retried(self, member: Member, arguments: tuple[str, ...], *, by: str) -> Html:
        if arguments == ("all",):
            ids = await self._queue.failed(member.workspace.id)
            if not ids:
                return plain(texts.NOTHING_TO_RETRY)
        elif not (ids := _numbers(arguments)):
            return plain(texts.RETRY_USAGE)
        refusals = await self._queue.retry(member.workspace.id, ids, by=by)
        return _told(texts.retried, ids, refusals)


def _numbers(arguments: tuple[str, ...]) -> list[PublicationId]:
    """Return the numbers that are meant; none when one of the words is no number."""
    found = [_NUMBER.fullmatch(word) for word in arguments[:MOST_AT_ONCE]]
    ids = [PublicationId(int(number[1])) for number in found if number]
    return ids if len(ids) == len(arguments) else []


def _told(
    words: Callable[[PublicationId, str | None], str],
    ids: Sequence[PublicationId],
    refusals: Sequence[Refusal],
) -> Html:
    refused = {refusal.publication_id: refusal.why for refusal in refusals}
    lines = [words(number, refused.get(number)) for number in ids]
    return plain(cut("\n".join(lines), MAX_TEXT_UNITS))


def _text(html: Html, reply_to: int) -> messages.SendText:
    return messages.SendText(html=html.source, reply_to=reply_to)

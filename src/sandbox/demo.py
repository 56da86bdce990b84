"""The demo world: what the sandbox holds at start, so that a client can be configured without asking."""

import dataclasses

from sandbox.cloudinary.stand_in import CloudinaryStandIn
from sandbox.graph.stand_in import GraphStandIn
from sandbox.graph.tokens.token import TokenKind
from sandbox.telegram.stand_in import TelegramStandIn

BOT_TOKEN = "7000000001:AAE-sandbox-bot-token-for-storyline0"  # noqa: S105 - opens nothing but the sandbox
BOT_USERNAME = "storyline_sandbox_bot"

CHAT_ID = -1001700000001
CHAT_TITLE = "Harbour Lane team"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class DemoPerson:
    """Somebody to act as; `status` is the one in the team's chat, None for a stranger."""

    id: int
    first_name: str
    last_name: str
    username: str
    status: str | None


PEOPLE = (
    DemoPerson(id=7001, first_name="Anna", last_name="Holm", username="anna_holm", status="creator"),
    DemoPerson(id=7002, first_name="Ben", last_name="Okafor", username="ben_okafor", status="member"),
    DemoPerson(id=7003, first_name="Chloe", last_name="Marin", username="chloe_marin", status="member"),
    DemoPerson(id=7009, first_name="Dan", last_name="Reyes", username="dan_reyes", status=None),
)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class DemoAccount:
    """An Instagram account and the token that reaches it; `login` is `facebook` or `instagram`."""

    id: str
    username: str
    name: str
    login: str
    token: str


ACCOUNTS = (
    DemoAccount(
        id="17841400000000001",
        username="harbour.lane",
        name="Harbour Lane",
        login="facebook",
        token="EAAsandbox-harbour-lane-page-token-000001",  # noqa: S106 - opens nothing but the sandbox
    ),
    DemoAccount(
        id="17841400000000002",
        username="harbour.kids",
        name="Harbour Kids",
        login="instagram",
        token="IGAAsandbox-harbour-kids-user-token-00002",  # noqa: S106 - opens nothing but the sandbox
    ),
)

PAGE_ID = "141400000000001"
"""The Facebook Page of the first account; that account's token is the Page's and reaches both."""

OWNER_ID, OWNER_NAME = "122000000000001", "Anna Holm"
OWNER_TOKEN = "EAAsandbox-anna-holm-user-token-0000001"  # noqa: S105 - opens nothing but the sandbox
"""A person's token, from which the Page's tokens are had; long-lived, for 60 days."""

CLOUD_NAME = "sandbox"
CLOUD_API_KEY = "700000000000001"
CLOUD_API_SECRET = "sandbox-cloudinary-secret"  # noqa: S105 - opens nothing but the sandbox


def settle(*, telegram: TelegramStandIn, graph: GraphStandIn, cloudinary: CloudinaryStandIn) -> None:
    """Put the demo's bot, people, chats, accounts, tokens and cloud into the world.

    The bot is in privacy mode, as bots are made, and an administrator, so that it sees the media people send.
    Everybody has started it in private.
    """
    bot = telegram.add_bot(token=BOT_TOKEN, username=BOT_USERNAME, first_name="Storyline")
    telegram.add_chat(id=CHAT_ID, type="supergroup", title=CHAT_TITLE)
    for person in PEOPLE:
        telegram.add_person(
            id=person.id,
            first_name=person.first_name,
            last_name=person.last_name,
            username=person.username,
        )
        telegram.open_private_chat(bot_id=bot.id, user_id=person.id)
        if person.status is not None:
            telegram.add_member(chat_id=CHAT_ID, user_id=person.id, status=person.status)
    telegram.add_member(chat_id=CHAT_ID, user_id=bot.id, status="administrator")
    telegram.forget_updates(token=BOT_TOKEN)
    for account in ACCOUNTS:
        graph.add_account(**dataclasses.asdict(account))
    graph.add_person(id=OWNER_ID, name=OWNER_NAME)
    graph.tokens.issue(OWNER_TOKEN, account_ids=[ACCOUNTS[0].id], kind=TokenKind.USER, user_id=OWNER_ID)
    graph.tokens.age(OWNER_TOKEN, expires_in_days=60)
    cloudinary.add_cloud(cloud_name=CLOUD_NAME, api_key=CLOUD_API_KEY, api_secret=CLOUD_API_SECRET)

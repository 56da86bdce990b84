"""Access tokens of Facebook Login: how they are exchanged, renewed and looked into.

Source: developers.facebook.com/documentation/facebook-login/guides/access-tokens/get-long-lived and
.../docs/graph-api/reference/debug_token, as recorded 2026-11-20.
"""

import dataclasses
import datetime as dt
import logging
from collections.abc import Callable, Mapping
from typing import Any, cast

from domain.account import AccessToken, Account
from domain.errors import AuthorizationError, RejectedError, TransientError
from domain.token import Grant
from platforms._shared.error_table import ErrorTable
from platforms._shared.graph import GraphClient
from platforms._shared.graph_answers import AnswerReader, object_within, objects_within
from services.ports import Clock, Offer, Received

logger = logging.getLogger(__name__)

LONG_LIFE = dt.timedelta(days=60)
"""How long a long-lived token lasts when the answer does not say."""
MOST_LISTS = 20
"""Of 100 Pages each."""
PAGES_SCOPE = "pages_show_list"
PAGE_FIELDS = "id,name,access_token,instagram_business_account{id,username}"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MetaApp:
    """The app of a developer at Meta; each login has a pair of its own."""

    id: str
    secret: str = dataclasses.field(repr=False)

    @classmethod
    def of(cls, app_id: str | None, secret: str | None) -> "MetaApp | None":
        """Return the app of these settings; None: one of them is missing."""
        return cls(id=app_id, secret=secret) if app_id and secret else None

    @property
    def token(self) -> AccessToken:
        """The app's own access token."""
        return AccessToken(f"{self.id}|{self.secret}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """An account as a Page's node names it."""

    external_id: str
    name: str


class FacebookTokens:
    """The `TokenClient` of Facebook Login: Pages' tokens that come from a person's.

    A Page's token has no end of its own; the person's lasts 60 days, is kept as its source, and is renewed.
    """

    def __init__(
        self,
        *,
        graph: GraphClient,
        clock: Clock,
        app: MetaApp | None,
        platform: str,
        errors: ErrorTable,
        profile: Callable[[Mapping[str, Any]], Profile | None],
        consent_ends: bool,
    ) -> None:
        """Take what differs between the platforms of this login.

        Args:
            graph: calls graph.facebook.com.
            clock: for turning what is left into a time.
            app: without it tokens are used as they are given, and none is renewed.
            platform: whose name failures carry.
            errors: what the codes mean that come inside of answers.
            profile: finds the platform's account in the node of a Page; None: there is none.
            consent_ends: whether posting stops when the consent to use data does.
        """
        self._graph = graph
        self._clock = clock
        self._app = app
        self._platform = platform
        self._answers = AnswerReader(platform)
        self._errors = errors
        self._profile = profile
        self._consent_ends = consent_ends

    async def receive(self, token: AccessToken, *, login: str) -> Received:
        """Exchange a person's token and find the Pages it reaches; a Page's own token is taken as it is."""
        if self._app is None:
            return Received(grant=Grant(token=token))
        data = await self._debugged(token, self._app)
        if data.get("type") == "PAGE":
            return Received(grant=self._with_ends(Grant(token=token), data))
        long = (
            Grant(token=token)
            if data.get("type") == "SYSTEM_USER"
            else await self._exchanged(token, self._app)
        )
        offers = tuple(
            Offer(external_id=profile.external_id, name=profile.name, grant=self._derived(page, long))
            for page in await self._pages(long.token, data)
            if (profile := self._profile(page)) is not None and page.get("access_token")
        )
        return Received(grant=long, offers=offers)

    async def refresh(self, account: Account, grant: Grant) -> Grant:
        """Renew the person's token and derive the Page's from it again."""
        if self._app is None or grant.source is None:
            raise RejectedError(
                "Storyline cannot renew this access: it has no person's token to renew it with, or no "
                "FACEBOOK_APP_ID and FACEBOOK_APP_SECRET.",
                platform=account.platform,
            )
        long = await self._exchanged(grant.source, self._app)
        for page in await self._pages(long.token, await self._debugged(long.token, self._app)):
            profile = self._profile(page)
            if profile and profile.external_id == account.external_id and page.get("access_token"):
                return self._derived(page, long)
        # Meta no longer names the Page, but its token may live on; whoever asked tries it.
        return dataclasses.replace(grant, source=long.token, source_expires_at=long.expires_at)

    async def inspect(self, account: Account, grant: Grant) -> Grant:
        """Ask `debug_token`; without an app, read the account with the token itself."""
        if self._app is None:
            await self._graph.get(account.external_id, grant.token, fields="id")
            return grant
        return self._with_ends(grant, await self._debugged(grant.token, self._app))

    async def _exchanged(self, token: AccessToken, app: MetaApp) -> Grant:
        answer = await self._graph.ask(
            "oauth/access_token",
            grant_type="fb_exchange_token",
            client_id=app.id,
            client_secret=app.secret,
            fb_exchange_token=token.value,
        )
        return granted(answer, now=self._clock.now(), answers=self._answers)

    async def _pages(self, token: AccessToken, facts: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the Pages that a person's token reaches, with tokens of their own.

        Those of a business portfolio may be missing from the list; what the token was granted for names them.
        """
        found = await self._listed_pages(token)
        listed = {page.get("id") for page in found}
        for page_id in sorted(_granted_for(facts, PAGES_SCOPE) - listed):
            try:
                found.append(await self._graph.get(page_id, token, fields=PAGE_FIELDS))
            except (RejectedError, AuthorizationError, TransientError) as error:
                logger.info("page.unreadable", extra={"page": page_id, "reason": str(error)})
        return found

    async def _listed_pages(self, token: AccessToken) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        page = {"fields": PAGE_FIELDS, "limit": "100"}
        for _ in range(MOST_LISTS):
            answer = await self._graph.get("me/accounts", token, **page)
            found += self._answers.objects(answer)
            after = self._answers.next_cursor(answer)
            if after is None:
                break
            page["after"] = after
        return found

    async def _debugged(self, token: AccessToken, app: MetaApp) -> Mapping[str, Any]:
        try:
            answer = await self._graph.get("debug_token", app.token, input_token=token.value)
        except AuthorizationError as error:
            raise RejectedError(
                f"Meta refuses FACEBOOK_APP_ID and FACEBOOK_APP_SECRET: {error}", platform=error.platform
            ) from error
        facts = object_within(answer, "data")
        if "is_valid" not in facts:
            raise self._answers.unreadable("is_valid")
        if not facts["is_valid"]:
            raise self._refused(object_within(facts, "error"))
        return facts

    def _refused(self, error: Mapping[str, Any]) -> AuthorizationError:
        code, subcode = (_whole(error.get(name)) for name in ("code", "subcode"))
        row = self._errors.find(code, subcode)
        says = row.says if row else "Meta says that the access token is not valid."
        return AuthorizationError(says, platform=self._platform, code=code, subcode=subcode)

    def _derived(self, page: Mapping[str, Any], long: Grant) -> Grant:
        return Grant(
            token=AccessToken(str(page["access_token"])),
            issued_at=self._clock.now(),
            source=long.token,
            source_expires_at=long.expires_at,
        )

    def _with_ends(self, grant: Grant, facts: Mapping[str, Any]) -> Grant:
        consent = _moment(facts.get("data_access_expires_at")) if self._consent_ends else None
        return dataclasses.replace(
            grant, expires_at=_moment(facts.get("expires_at")), data_access_expires_at=consent
        )


def granted(answer: Mapping[str, Any], *, now: dt.datetime, answers: AnswerReader) -> Grant:
    """Return the token of an answer, with its end.

    Raises:
        TransientError: there is none that can be one.
    """
    value = answers.text(answer, "access_token")
    if not (value.isascii() and value.isprintable() and value.strip()):
        raise answers.unreadable("access_token")
    seconds = _whole(answer.get("expires_in"))
    life = dt.timedelta(seconds=seconds) if seconds and seconds > 0 else LONG_LIFE
    return Grant(token=AccessToken(value), issued_at=now, expires_at=now + life)


LARGEST_NUMBER = 2**35
"""Numbers beyond are neither codes nor seconds of this millennium."""


def _granted_for(facts: Mapping[str, Any], scope: str) -> set[str]:
    """Return the ids of what a permission was given for; empty also when it holds for all there is."""
    for grant in objects_within({"data": facts.get("granular_scopes")}):
        if grant.get("scope") == scope:
            targets = grant.get("target_ids")
            return set(map(str, cast("list[object]", targets))) if isinstance(targets, list) else set()
    return set()


def _moment(value: object) -> dt.datetime | None:
    seconds = _whole(value)
    return dt.datetime.fromtimestamp(seconds, dt.UTC) if seconds else None


def _whole(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        number = int(value)
    except ValueError:
        return None
    return number if abs(number) < LARGEST_NUMBER else None

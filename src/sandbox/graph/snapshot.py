"""The Graph API's memory as plain data, to be written down and read again."""

import dataclasses

from sandbox.graph.accounts import Account, Post
from sandbox.graph.containers import Container
from sandbox.graph.pages.snapshot import PagesSnapshot
from sandbox.graph.tokens.code import AuthorizationCode
from sandbox.graph.tokens.person import Person
from sandbox.graph.tokens.token import Token


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class GraphSnapshot:
    """Everything in the order in which it came."""

    accounts: list[Account]
    tokens: list[Token]
    codes: list[AuthorizationCode]
    people: list[Person]
    containers: list[Container]
    posts: list[Post]
    pages: PagesSnapshot
    last_id: int

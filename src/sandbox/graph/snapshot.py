"""The Graph API's memory as plain data, to be written down and read again."""

import dataclasses

from sandbox.graph.accounts import Account, Post, Token
from sandbox.graph.containers import Container


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class GraphSnapshot:
    """Everything in the order in which it came."""

    accounts: list[Account]
    tokens: list[Token]
    containers: list[Container]
    posts: list[Post]
    last_id: int

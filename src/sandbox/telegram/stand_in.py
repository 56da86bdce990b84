"""The Telegram Bot API, played on loopback."""

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from sandbox.world import World


class TelegramStandIn:
    """Bots, people, chats and their messages, served as the Bot API serves them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.app = Starlette(routes=self.api_routes())

    def api_routes(self) -> list[BaseRoute]:
        """Return the Bot API's own routes, which start with `/bot` and `/file/bot`."""
        return []

    def control_routes(self) -> list[BaseRoute]:
        """Return the routes under `/sandbox/telegram`."""
        return []

    async def close(self) -> None:
        """Fail open long polls and stop delivering, so that the server can stop."""

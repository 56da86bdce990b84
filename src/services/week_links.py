"""Links to the page of a week: signed, so that nobody else can make one, and timed."""

import datetime as dt
import re
from collections.abc import Sequence
from urllib.parse import urlencode

from domain.ids import WorkspaceId
from services.ports import Clock
from services.signing import is_signed, signature

PATH = "/week"
"""Where the links lead to, below the public base URL."""
LIFETIME = dt.timedelta(days=1)
_SECONDS = re.compile(r"[0-9]{1,12}")


class WeekLinks:
    """Makes links to the pages of weeks, and knows its own again."""

    def __init__(self, *, base_url: str, keys: Sequence[bytes], clock: Clock) -> None:
        """Take the keys, newest first: it signs with the first, and knows what any of them signed.

        Args:
            base_url: scheme, host and, where a proxy adds one, path under which the product is reached.
            keys: secret, and used for nothing else.
            clock: links end by it.
        """
        self._base_url = base_url.rstrip("/")
        self._keys = tuple(keys)
        self._clock = clock

    def made(self, workspace_id: WorkspaceId, *, lifetime: dt.timedelta = LIFETIME) -> str:
        """Return a URL that shows whoever has it the plan of a workspace, until its life is over."""
        expires = str(int((self._clock.now() + lifetime).timestamp()))
        query = {"expires": expires, "signature": signature(self._keys[0], str(workspace_id), expires)}
        return f"{self._base_url}{PATH}/{workspace_id}?{urlencode(query)}"

    def workspace_of(self, name: str, *, expires: str, given: str) -> WorkspaceId | None:
        """Return the workspace of a link with these parts; None: it is not ours, or its time is over."""
        if not is_signed(given, self._keys, name, expires) or not _SECONDS.fullmatch(expires):
            return None
        return WorkspaceId(int(name)) if self._clock.now().timestamp() < int(expires) else None

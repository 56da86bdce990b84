"""Links to the page of a week."""

import datetime as dt

from domain.ids import WorkspaceId
from services.signed_links import ExpiredLinkError, ForgedLinkError, SignedLinks

PATH = "/week"
"""Where the links lead to, below the public base URL."""
LIFETIME = dt.timedelta(days=1)


class WeekLinks(SignedLinks):
    """Makes links to the pages of weeks, and knows its own again."""

    def made(self, workspace_id: WorkspaceId, *, lifetime: dt.timedelta = LIFETIME) -> str:
        """Return a URL that shows whoever has it the plan of a workspace, until its life is over."""
        name = str(workspace_id)
        return self._signed(f"{PATH}/{name}", name, expires_at=self._clock.now() + lifetime)

    def workspace_of(self, name: str, *, expires: str, given: str) -> WorkspaceId | None:
        """Return the workspace of a link with these parts; None: it is not ours, or its time is over."""
        try:
            self._check(name, expires=expires, signature=given)
        except (ForgedLinkError, ExpiredLinkError):
            return None
        return WorkspaceId(int(name))

"""The code that the Instagram login's dialog gives, to be exchanged for a token once."""

import dataclasses
import datetime as dt

CODE_LIFE = dt.timedelta(hours=1)
"""Source: Instagram business login guide, as recorded 2026-11-20."""


@dataclasses.dataclass(kw_only=True, slots=True)
class AuthorizationCode:
    """A person's consent, on its way to the app."""

    value: str
    account_id: str
    redirect_uri: str
    issued_at: dt.datetime
    is_used: bool = False

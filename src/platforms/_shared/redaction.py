"""Takes secrets out of what a platform says, before anybody stores or reads it."""

import re

_NAMED = re.compile(
    r"""(?P<name>access_token|input_token|fb_exchange_token|appsecret_proof|client_secret|api_secret|signature|code)
        (?P<equals>["']?\s*[=:]\s*["']?)
        (?P<value>[^\s"'&,;}]{6,})""",
    re.VERBOSE | re.IGNORECASE,
)
_HEADER = re.compile(r"\b(?P<scheme>Bearer|OAuth)\s+[A-Za-z0-9._|~+/=-]{12,}")
_META_TOKEN = re.compile(r"\b(?:EAA|IG|TH)[A-Za-z0-9_-]{16,}")
MASK = "[redacted]"


def redacted(text: str) -> str:
    """Return the text without tokens, proofs, secrets and signatures, wherever they stand in it."""
    text = _NAMED.sub(rf"\g<name>\g<equals>{MASK}", text)
    text = _HEADER.sub(rf"\g<scheme> {MASK}", text)
    return _META_TOKEN.sub(MASK, text)

"""What makes two publications the same: one key over all that a reader would see."""

import hashlib
import json
from collections.abc import Sequence

from domain.ids import AccountId, PlatformName


def content_key(
    *,
    platform: PlatformName,
    account_id: AccountId,
    placement: str,
    caption: str,
    media_sha256: Sequence[str],
    link: str,
) -> str:
    """Return the lower-case hex SHA-256 of what is put on an account; the order of the media counts."""
    content = [platform, account_id, placement, caption.strip(), list(media_sha256), link.strip()]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()

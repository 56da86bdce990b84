"""Identifiers, so that one kind is never passed for another."""

from typing import NewType

WorkspaceId = NewType("WorkspaceId", int)
AccountId = NewType("AccountId", int)
MediaId = NewType("MediaId", int)
PostId = NewType("PostId", int)
PublicationId = NewType("PublicationId", int)
CardId = NewType("CardId", int)
OutboxId = NewType("OutboxId", int)
UploadId = NewType("UploadId", int)
ContributionId = NewType("ContributionId", int)
ContributedFileId = NewType("ContributedFileId", int)
UserId = NewType("UserId", int)
"""A person's Telegram user id."""
ChatId = NewType("ChatId", int)
"""A Telegram chat id; groups are negative. Up to 52 significant bits."""
PlatformName = NewType("PlatformName", str)
"""A network's folder name below `platforms/`, such as `instagram`."""

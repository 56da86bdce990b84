"""What of a message with a file the use cases need."""

from pathlib import PurePath

from bot.access import Member
from bot.updates import File, Message
from domain.contribution import FileForm
from domain.ids import ChatId
from services.repositories.contributions import SentFile

MEGABYTE = 1_000_000
UNTYPED = frozenset({"", "application/octet-stream"})
SUFFIXES = frozenset(
    {".avif", ".bmp", ".gif", ".heic", ".heif", ".jpeg", ".jpg", ".m4v", ".mov", ".mp4", ".png", ".tif"}
    | {".tiff", ".webm", ".webp"}
)
"""Of documents whose type the sender's app did not know, those that may be media."""


def sent_file(message: Message, member: Member, *, most_bytes: int) -> SentFile | None:
    """Return the photo, video or media document of a message; None: it has none.

    An animation is none: it is a video that Telegram made of a GIF, and people use them to talk.
    """
    found = _file_of(message)
    if found is None:
        return None
    form, file = found
    return SentFile(
        workspace_id=member.workspace.id,
        chat_id=ChatId(message.chat.id),
        message_id=message.message_id,
        album=message.media_group_id,
        sent_by=member.person.id,
        form=form,
        file_id=file.file_id,
        unique_id=file.file_unique_id,
        name=file.file_name,
        size_bytes=file.file_size,
        caption=message.caption,
        refusal=_too_large(file, most_bytes),
    )


def _file_of(message: Message) -> tuple[FileForm, File] | None:
    if message.animation is not None:
        return None
    if message.photo:
        return FileForm.PHOTO, message.photo[-1]
    if message.video is not None:
        return FileForm.VIDEO, message.video
    if message.document is not None and _may_be_media(message.document):
        return FileForm.DOCUMENT, message.document
    return None


def _may_be_media(document: File) -> bool:
    if document.mime_type in UNTYPED:
        return PurePath(document.file_name).suffix.lower() in SUFFIXES
    return document.mime_type.startswith(("image/", "video/"))


def _too_large(file: File, most_bytes: int) -> str:
    if file.file_size is None or file.file_size <= most_bytes:
        return ""
    return too_large(most_bytes, size_bytes=file.file_size)


def too_large(most_bytes: int, *, size_bytes: int | None = None) -> str:
    """Return why a file cannot be fetched, and what to do with it."""
    size = f"it has {size_bytes / MEGABYTE:.0f} MB, and " if size_bytes else ""
    return (
        f"{size}Telegram gives bots at most {most_bytes / MEGABYTE:.0f} MB; "
        "put it into the media folder instead"
    )

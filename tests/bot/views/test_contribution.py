"""The answer to what somebody sent says what was understood, and offers what can be done."""

import dataclasses
import datetime as dt
from typing import Any

from bot.callbacks import ContributionButton
from bot.views.contribution import contribution
from domain.contribution import (
    ContributedFile,
    Contribution,
    ContributionAction,
    ContributionPanel,
    ContributionStage,
    FileForm,
    FileStage,
    Wish,
)
from domain.ids import ChatId, ContributedFileId, ContributionId, MediaId, UserId, WorkspaceId
from domain.media import Description, MediaItem, Need
from domain.workspace import Workspace, WorkspaceSettings
from services.contributions.outlook import ContributionOutlook
from support.builders import NOW, image_facts

PLANNED = Contribution(
    id=ContributionId(1),
    workspace_id=WorkspaceId(1),
    chat_id=ChatId(-1),
    sent_by=UserId(7001),
    first_message_id=1,
    sent_at=NOW,
    ready_at=NOW,
    stage=ContributionStage.ANSWERED,
    version=3,
    caption="",
    category="chat",
    needs=frozenset(),
    wish=Wish.PLAN,
)
WORKSPACE = Workspace(id=WorkspaceId(1), name="Team", chat_id=ChatId(-1), settings=WorkspaceSettings())


def outlook(*stages: FileStage, form: FileForm = FileForm.DOCUMENT, **changes: Any) -> ContributionOutlook:
    """Return a contribution of files at these stages, whose items have their numbers."""
    files = [
        ContributedFile(
            id=ContributedFileId(number),
            contribution_id=ContributionId(1),
            message_id=number,
            form=form,
            file_id=f"file {number}",
            unique_id=f"{number}",
            name=f"pier {number}.jpg",
            size_bytes=None,
            caption="",
            stage=stage,
            media_id=None if stage is FileStage.REFUSED else MediaId(number),
            detail="it is broken" if stage is FileStage.REFUSED else "",
            next_try_at=NOW,
        )
        for number, stage in enumerate(stages, start=1)
    ]
    return ContributionOutlook(
        contribution=dataclasses.replace(PLANNED, **changes),
        workspace=WORKSPACE,
        files=files,
        items={file.media_id: item(file.media_id) for file in files if file.media_id is not None},
        jobs=[],
        categories=["coast", "chat"],
        today=dt.date(2026, 3, 1),
        takes_carousel=len(files) > 1,
    )


def item(media_id: MediaId) -> MediaItem:
    return MediaItem(
        id=media_id,
        workspace_id=WORKSPACE.id,
        path=f"/data/chat/1/{media_id}.jpg",
        sha256=f"{media_id:064x}",
        facts=image_facts(),
        description=Description(category="chat"),
        added_at=NOW,
    )


def actions(shown: ContributionOutlook) -> list[ContributionAction]:
    keyboard = contribution(shown).keyboard
    data = (
        [str(button.callback_data) for row in keyboard.inline_keyboard for button in row] if keyboard else []
    )
    return [button.action for button in map(ContributionButton.parse, data) if button is not None]


def test_what_was_understood_is_said_in_a_few_lines() -> None:
    shown = outlook(FileStage.TAKEN, FileStage.TAKEN, form=FileForm.PHOTO, needs=frozenset({Need.PRODUCT}))

    assert contribution(shown).text.source.splitlines() == [
        "<b>📥 2 photos, 400 kB</b>",
        "Category: chat · Needs: product tag",
        "No caption. Answer this message with one.",
        "2 in no slot yet. What stays unused is deleted here after a while; 📚 keeps it.",
        "Telegram made photos smaller. For full quality, send them as files instead.",
    ]


def test_what_was_not_taken_is_named_with_its_reason() -> None:
    shown = outlook(FileStage.KNOWN, FileStage.REFUSED, FileStage.REMOVED)

    assert contribution(shown).text.source.splitlines() == [
        "♻️ The library has the same file already: no. 1, 1.jpg.",
        "✋ pier 2.jpg cannot be used: it is broken.",
        "🗑 1 unused and deleted here.",
    ]
    assert actions(shown) == []


def test_each_wish_offers_what_is_left_to_do() -> None:
    planned, kept, discarded = (outlook(FileStage.TAKEN, wish=wish) for wish in Wish)
    first = [ContributionAction.CATEGORY, ContributionAction.NEEDS, ContributionAction.WHEN]

    assert actions(planned) == [*first, ContributionAction.LIBRARY, ContributionAction.DISCARD]
    assert actions(kept) == [*first, ContributionAction.PLAN, ContributionAction.DISCARD]
    assert actions(discarded) == [ContributionAction.PLAN]


def test_several_may_become_one_carousel_and_each_panel_leads_back() -> None:
    panels = [outlook(FileStage.TAKEN, FileStage.TAKEN, panel=panel) for panel in ContributionPanel]

    main, category, needs, when = (actions(shown) for shown in panels)
    assert ContributionAction.CAROUSEL in main
    assert category == [ContributionAction.CATEGORY_IS] * 2 + [ContributionAction.BACK]
    assert needs == [ContributionAction.NEED] * len(Need) + [ContributionAction.BACK]
    assert when == [
        ContributionAction.WHEN_NEXT,
        *[ContributionAction.WHEN_ON] * 7,
        ContributionAction.BACK,
    ]


def test_a_hostile_name_or_caption_is_shown_as_text_and_cut() -> None:
    shown = outlook(FileStage.TAKEN, category="<b>" * 200)

    text = contribution(shown).text

    assert "<b><b>" not in text.source
    assert text.units < 500

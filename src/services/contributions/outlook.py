"""A contribution with all that its answer shows."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence

from domain.contribution import ContributedFile, Contribution, FileStage
from domain.ids import ContributionId, MediaId
from domain.media import MediaItem
from domain.publication import State
from domain.workspace import Workspace
from services.ports import Job, Networks
from services.posting.agenda import placements_of
from services.posting.book import CAROUSEL
from services.unit_of_work import Repositories
from services.workspaces import workspace_of

MOST_CATEGORIES = 12
"""So many buttons a person still reads."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ContributionOutlook:
    """What became of a contribution, and what else could."""

    contribution: Contribution
    workspace: Workspace
    files: Sequence[ContributedFile]
    items: Mapping[MediaId, MediaItem]
    """Of its files, and those that they look like."""
    jobs: Sequence[Job]
    """The publications of its own items, by due time, without those that were taken out."""
    categories: Sequence[str]
    today: dt.date
    takes_carousel: bool
    """Whether an account takes several of its items as one post."""

    @property
    def taken(self) -> list[MediaItem]:
        """The items that its files became, in the order of their messages."""
        return [
            self.items[file.media_id]
            for file in self.files
            if file.stage is FileStage.TAKEN and file.media_id is not None
        ]

    @property
    def lookalikes(self) -> list[tuple[MediaItem, MediaItem]]:
        """Its items that look like older ones, each after that."""
        return [
            (self.items[item.near_of], item)
            for item in self.taken
            if item.near_of is not None and item.near_of in self.items
        ]


async def outlook_of(
    look: Repositories, contribution_id: ContributionId, networks: Networks, *, now: dt.datetime
) -> ContributionOutlook | None:
    """Return a contribution with what its answer shows; None: there is none."""
    contribution = await look.contributions.get(contribution_id)
    if contribution is None:
        return None
    workspace = await workspace_of(look, contribution.workspace_id)
    files = await look.contributions.files(contribution_id)
    found = {item.id: item for item in await look.media.get({f.media_id for f in files if f.media_id})}
    older = {item.near_of for item in found.values() if item.near_of} - found.keys()
    found |= {item.id: item for item in await look.media.get(older)}
    own = [file.media_id for file in files if file.stage is FileStage.TAKEN and file.media_id]
    accounts = await look.accounts.find(workspace.id)
    return ContributionOutlook(
        contribution=contribution,
        workspace=workspace,
        files=files,
        items=found,
        jobs=await look.publications.showing(
            own, states=[state for state in State if state is not State.CANCELLED]
        ),
        categories=await categories_of(look, contribution),
        today=now.astimezone(workspace.settings.zone).date(),
        takes_carousel=len(own) > 1
        and any(CAROUSEL in placements_of(account, networks) for account in accounts),
    )


async def categories_of(look: Repositories, contribution: Contribution) -> list[str]:
    """Return what a person can choose from: the team's categories, those of the mix first."""
    mix = (await look.mixes.current()).get(contribution.workspace_id)
    names = dict.fromkeys(mix.shares if mix else ())
    for account in await look.accounts.find(contribution.workspace_id):
        names |= dict.fromkeys(await look.selection.categories(account.id))
    names |= {contribution.category: None}
    return [name for name in names if name][:MOST_CATEGORIES]

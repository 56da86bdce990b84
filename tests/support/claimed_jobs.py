"""A claimed publication for a platform's publisher, without a database."""

import datetime as dt
import itertools

from domain.account import AccessToken, Account, AccountState
from domain.ids import AccountId, ChatId, PlatformName, PostId, PublicationId, WorkspaceId
from domain.post import Post
from domain.publication import Publication, State
from domain.workspace import Workspace, WorkspaceSettings
from services.ports import Job

WORKSPACE = WorkspaceId(1)
POST = PostId(1)
_ids = itertools.count(1)


def claimed_job(
    post: Post,
    *,
    platform: str,
    placement: str,
    external_id: str,
    account_name: str,
    workspace_name: str,
    login: str,
    token: str,
    now: dt.datetime,
) -> Job:
    """Return a publication of its own of this post, claimed and due now."""
    return Job(
        publication=Publication(
            id=PublicationId(next(_ids)),
            workspace_id=WORKSPACE,
            post_id=post.id,
            account_id=AccountId(1),
            platform=PlatformName(platform),
            placement=placement,
            state=State.PUBLISHING,
            version=1,
            planned_at=now,
            due_at=now,
        ),
        post=post,
        account=Account(
            id=AccountId(1),
            workspace_id=WORKSPACE,
            platform=PlatformName(platform),
            external_id=external_id,
            name=account_name,
            login=login,
            state=AccountState.ACTIVE,
            has_token=True,
        ),
        workspace=Workspace(
            id=WORKSPACE, name=workspace_name, chat_id=ChatId(-1), settings=WorkspaceSettings()
        ),
        token=AccessToken(token),
    )

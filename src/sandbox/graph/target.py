"""What a call is about."""

import dataclasses

from sandbox.graph.accounts import Account
from sandbox.graph.pages.records import Page

UNSUPPORTED = "unsupported"
"""The operation of a call that this API does not know."""

_NAMES = {
    "container_status": "container",
    "media_publish": "container",
    "media_node": "media",
    "children_list": "media",
    "page_post_node": "post",
    "page_post_delete": "post",
    "page_photo_node": "photo",
    "page_video_node": "video",
}


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """What a call is about."""

    operation: str
    object_id: str = ""
    account: Account | None = None
    """The Instagram account it belongs to."""
    kind: str = ""
    """What the container is to become, such as `reel` or `carousel`; empty for calls about anything else."""
    page: Page | None = None
    """The Page it belongs to; with neither, no such object exists."""

    def subject(self) -> dict[str, str]:
        """Return the facts that faults and the log go by; a Page counts as an account of its own."""
        owner = self.account or self.page
        facts = {"account": owner.id} if owner else {}
        if self.kind:
            facts["kind"] = self.kind
        if self.page:
            facts["page"] = self.page.id
        if self.object_id and self.operation in _NAMES:
            facts[_NAMES[self.operation]] = self.object_id
        return facts

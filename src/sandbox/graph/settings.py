"""How this Graph API behaves where the real one differs from day to day, or where nobody knows."""

import dataclasses
import enum

from sandbox.changeable import ChangeableSettings
from sandbox.graph.accounts import Login


class Republish(enum.StrEnum):
    """What publishing a container a second time does. Meta does not document it and vendors disagree."""

    DUPLICATE = "duplicate"
    """It goes live again: the worst case, and the default."""
    SAME_ID = "same_id"
    ERROR = "error"


class CapRefusal(enum.StrEnum):
    """How too many containers are refused. Meta does not say."""

    APP = "app"
    """As too many calls of the app: 4."""
    ACCOUNT = "account"
    """As too many calls to the account: 80002."""
    QUOTA = "quota"
    """As too many posts: 9/2207042."""


@dataclasses.dataclass(kw_only=True, slots=True)
class GraphSettings(ChangeableSettings):
    """Changed while the sandbox runs, from Python or over HTTP. Seconds are the sandbox's."""

    image_processing_seconds: float = 1.0
    video_processing_seconds: float = 3.0
    quota_total: int = 50
    """Posts per account in 24 hours; Meta's own pages say 25, 50 and 100."""
    container_cap: int = 400
    """Containers per account in 24 hours."""
    container_cap_refusal: CapRefusal = CapRefusal.APP
    republish: Republish = Republish.DUPLICATE
    uploads_with_instagram_login: bool = True
    """Meta's guide says no, its SDK and clients say yes."""
    story_uploads: bool = True
    """Whether stories can be uploaded too: documented, not proven."""
    most_reel_bytes: int = 300_000_000
    """Of a reel, and of a video in a carousel; older pages and others say 1 GB."""
    most_children: int = 10
    """Of a carousel; the app itself allows 20."""
    reuse_children: bool = True
    """Off: a container that is in a carousel cannot be put into another. Not known of the real API."""
    listing_lag_seconds: float = 0.0
    """How long a new post is missing from the listings."""
    decode: bool = True
    """Off: media is fetched but not looked into, for benchmarks."""
    fetch_timeout_seconds: float = 20.0
    """Real seconds until a host of media counts as too slow."""
    me_in_data: bool = False
    """Wrap `/me` of graph.instagram.com in `data[]`, as documented; clients see it flat."""
    code_answer_in_data: bool = False
    """Wrap the token for a code in `data[]`, as documented; clients see it flat."""
    usage_headers: bool = True
    oldest_version: int = 21
    """The oldest version of the API that is left. Source: Graph API changelog, as recorded 2026-11-20."""
    refuse_retired: bool = False
    """Refuse calls of older versions, instead of serving them by the oldest."""
    served_version: str = ""
    """Serve every call by this version, such as `v24.0`, whatever was asked; empty: as asked."""
    facebook_app_id: str = "100000000000001"
    facebook_app_secret: str = "sandbox-facebook-app-secret"  # noqa: S105 - opens nothing but the sandbox
    instagram_app_id: str = "100000000000002"
    instagram_app_secret: str = "sandbox-instagram-app-secret"  # noqa: S105 - opens nothing but the sandbox
    upload_base_url: str = "https://rupload.facebook.com"
    """Where bytes are sent to, as answers name it; the sandbox's own host once it listens."""
    feed_shows_unpublished: bool = True
    """Whether a Page's `/feed` has posts that nobody can see yet, as Meta says it may."""
    schema_spelling: bool = False
    """Write `bytes_transferred` and `completed` in a video's status, as Meta's SDK, not as its guide does."""
    schedule_earliest_minutes: float = 10.0
    schedule_latest_days: float = 29.0
    """When a Page's post may be scheduled for: the narrowest of the windows that Meta's own pages give."""
    page_photo_bytes: int = 10_000_000
    page_video_part_bytes: int = 1_048_576
    """How much of a Page's video is asked for at once."""
    reels_per_day: int = 30
    """By the API on one Page in 24 hours."""
    require_appsecret_proof: bool = False
    """Meta's "Require App Secret": calls of graph.facebook.com without a proof are refused."""

    def secret_of(self, login: Login) -> str:
        """Return the secret of the app that this login's tokens belong to."""
        return self.facebook_app_secret if login is Login.FACEBOOK else self.instagram_app_secret

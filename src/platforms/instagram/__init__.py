"""Instagram, by Facebook Login or Instagram Login."""

from domain.ids import PlatformName
from platforms.base import Platform
from platforms.instagram.capabilities import CAPABILITIES
from platforms.instagram.errors import FACEBOOK_LOGIN, INSTAGRAM_LOGIN
from platforms.instagram.examination import instagram_examiner
from platforms.instagram.publisher import InstagramPublisher
from platforms.instagram.settings import InstagramSettings
from platforms.instagram.tokens import instagram_tokens

PLATFORM = Platform(
    name=PlatformName("instagram"),
    settings=InstagramSettings,
    capabilities=CAPABILITIES,
    logins=(FACEBOOK_LOGIN, INSTAGRAM_LOGIN),
    create=InstagramPublisher,
    create_tokens=instagram_tokens,
    create_examiner=instagram_examiner,
    posts_per_hour=lambda settings: settings.instagram_posts_per_hour,
)

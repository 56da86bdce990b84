"""Facebook Pages."""

from domain.ids import PlatformName
from platforms.base import Platform
from platforms.facebook.capabilities import CAPABILITIES
from platforms.facebook.examination import facebook_examiner
from platforms.facebook.publisher import FacebookPublisher
from platforms.facebook.settings import FacebookSettings
from platforms.facebook.tokens import facebook_tokens

PLATFORM = Platform(
    name=PlatformName("facebook"),
    settings=FacebookSettings,
    capabilities=CAPABILITIES,
    logins=("facebook",),
    create=FacebookPublisher,
    create_tokens=facebook_tokens,
    create_examiner=facebook_examiner,
)

"""What calls are made with whose tokens come from Facebook Login: the client, and the app behind it."""

import httpx

from platforms._shared.error_table import ErrorTable
from platforms._shared.graph import GraphClient
from platforms._shared.meta_settings import MetaSettings
from platforms._shared.meta_tokens import MetaApp


def facebook_login_graph(
    settings: MetaSettings,
    http: httpx.AsyncClient,
    *,
    platform: str,
    errors: ErrorTable,
    base_url: str | None = None,
) -> GraphClient:
    """Return a client that proves its calls; without a `base_url`, of graph.facebook.com."""
    return GraphClient(
        http=http,
        base_url=base_url or settings.graph_api_base_url,
        version=settings.graph_api_version,
        platform=platform,
        errors=errors,
        app_secret=_secret_of(settings),
    )


def facebook_app(settings: MetaSettings) -> MetaApp | None:
    """Return the app of Facebook Login; None: its id or its secret is not set."""
    return MetaApp.of(settings.facebook_app_id, _secret_of(settings))


def _secret_of(settings: MetaSettings) -> str | None:
    return settings.facebook_app_secret.get_secret_value() if settings.facebook_app_secret else None

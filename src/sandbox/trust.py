"""Whom the stand-ins trust when they fetch over TLS."""

import functools
import ssl

import httpx


@functools.cache
def authorities() -> ssl.SSLContext:
    """Return the public authorities, read once for all clients: it takes longer than most calls."""
    return httpx.create_ssl_context(trust_env=False)

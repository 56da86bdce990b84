"""Cloudinary's two kinds of signature: over the parameters of a call, and inside a delivery URL."""

import base64
import hashlib
import hmac
from collections.abc import Mapping

_NOT_SIGNED = frozenset({"file", "api_key", "signature", "resource_type", "cloud_name"})
_SHORT, _LONG = 8, 32
_SHA1_HEX = 40


def string_to_sign(params: Mapping[str, str], *, escapes_ampersands: bool = True) -> str:
    """Return what a call's signature covers: its parameters sorted, without those that are never signed.

    Since signature version 2 an `&` inside a value is written `%26`; version 1 left it as it was.
    """
    pairs = [f"{name}={value}" for name, value in params.items() if value and name not in _NOT_SIGNED]
    if escapes_ampersands:
        pairs = [pair.replace("&", "%26") for pair in pairs]
    return "&".join(sorted(pairs))


def is_signed(params: Mapping[str, str], signature: str, secret: str) -> bool:
    """Return whether a call's signature is right, by SHA-1 or SHA-256, in either version."""
    hashing = hashlib.sha1 if len(signature) == _SHA1_HEX else hashlib.sha256
    return any(
        hmac.compare_digest(
            hashing((string_to_sign(params, escapes_ampersands=escapes) + secret).encode()).hexdigest(),
            signature.lower(),
        )
        for escapes in (True, False)
    )


def asset_signature(public_id: str, version: int, secret: str) -> str:
    """Return the signature by which an upload's answer proves where it comes from."""
    signed = f"public_id={public_id}&version={version}{secret}".encode()
    return hashlib.sha1(signed, usedforsecurity=False).hexdigest()


def url_signature(path: str, secret: str, *, is_long: bool = False) -> str:
    """Return the signature of a delivery URL; it covers transformation and public id with its extension."""
    hashing = hashlib.sha256 if is_long else hashlib.sha1
    digest = base64.urlsafe_b64encode(hashing(f"{path}{secret}".encode()).digest()).decode()
    return digest[: _LONG if is_long else _SHORT]


def is_url_signed(path: str, signature: str, secret: str) -> bool:
    """Return whether a delivery URL's signature is right; the long form is SHA-256."""
    return hmac.compare_digest(url_signature(path, secret, is_long=len(signature) == _LONG), signature)

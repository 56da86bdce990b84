"""Where in which bucket something lies, as people write it."""

import dataclasses
import re

_PLACE = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class S3Place:
    """A part of a bucket."""

    bucket: str
    prefix: str
    """Without a slash at either end; empty: all of the bucket."""


def parse_s3_prefix(text: str) -> S3Place | None:
    """Return what `s3://bucket/prefix` names; None: it does not have this form."""
    found = _PLACE.fullmatch(text)
    return S3Place(bucket=found[1], prefix=(found[2] or "").strip("/")) if found else None

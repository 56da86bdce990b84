"""The Admin API: listings, details, deletion in bulk, usage. Basic authentication, and an hourly limit."""

import base64
import binascii
import datetime as dt
import email.utils
import hmac
from collections.abc import Mapping
from typing import Any

from sandbox.cloudinary.assets import AssetKey, Cloud, ResourceType
from sandbox.cloudinary.errors import CloudinaryError, missing, not_found
from sandbox.cloudinary.wire import described, limits
from sandbox.world import World

_HOUR = dt.timedelta(hours=1)
DEFAULT_RESULTS, MOST_RESULTS = 10, 500


class Admin:
    """Answers administrators. Lists are given as `name` to all values of a parameter."""

    def __init__(self, *, world: World, clouds: Mapping[str, Cloud]) -> None:
        self._world = world
        self._clouds = clouds

    def admitted(self, cloud_name: str, authorization: str) -> Cloud:
        """Return the cloud whose credentials these are, and count the call. Raises `CloudinaryError`."""
        scheme, _, encoded = authorization.partition(" ")
        try:
            key, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            key = secret = ""
        if scheme.lower() != "basic" or not key:
            raise CloudinaryError(401, "Must supply api_key")
        cloud = next((each for each in self._clouds.values() if each.api_key == key), None)
        if cloud is None:
            raise CloudinaryError(401, "unknown api_key")
        if not hmac.compare_digest(cloud.api_secret.encode(), secret.encode()):
            raise CloudinaryError(401, "api_secret mismatch")
        if cloud.name != cloud_name:
            raise CloudinaryError(401, "cloud_name mismatch")
        self._count(cloud)
        return cloud

    def allowance(self, cloud: Cloud) -> dict[str, str]:
        """Return the headers that tell how many calls are left in this hour."""
        now = self._world.clock.now()
        first = cloud.admin_calls[0] if cloud.admin_calls else now
        return {
            "x-featureratelimit-limit": str(cloud.admin_calls_per_hour),
            "x-featureratelimit-reset": email.utils.format_datetime(first + _HOUR, usegmt=True),
            "x-featureratelimit-remaining": str(max(0, cloud.admin_calls_per_hour - len(cloud.admin_calls))),
        }

    def resources(
        self, cloud: Cloud, place: Mapping[str, str], params: Mapping[str, list[str]], base: str
    ) -> dict[str, Any]:
        """List assets, newest first: all, by type, by prefix, by tag or by ids; in pages."""
        found = [
            asset
            for asset in cloud.assets.values()
            if asset.key.resource_type == place["resource_type"]
            and ("type" not in place or asset.key.type == place["type"])
            and ("tag" not in place or place["tag"] in asset.tags)
            and asset.key.public_id.startswith(_one(params, "prefix"))
            and ("public_ids" not in params or asset.key.public_id in params["public_ids"])
        ]
        if _one(params, "direction") not in {"asc", "1"}:
            found.reverse()
        most, start = self._page(params)
        body: dict[str, Any] = {
            "resources": [described(cloud, asset, base) for asset in found[start : start + most]]
        }
        if start + most < len(found):
            body["next_cursor"] = str(start + most)
        return body

    def resource(self, cloud: Cloud, key: AssetKey, base: str) -> dict[str, Any]:
        """Describe one asset."""
        asset = cloud.assets.get(key)
        if asset is None:
            raise not_found(key.public_id)
        return described(cloud, asset, base) | {"derived": []}

    def delete(
        self, cloud: Cloud, place: Mapping[str, str], params: Mapping[str, list[str]]
    ) -> dict[str, Any]:
        """Delete assets by ids, by prefix, or all of a type."""
        kind, type_ = ResourceType(place["resource_type"]), place.get("type", "upload")
        of_type = [key for key in cloud.assets if key.resource_type is kind and key.type == type_]
        if "public_ids" in params:
            wanted = params["public_ids"]
        elif prefix := _one(params, "prefix"):
            wanted = [key.public_id for key in of_type if key.public_id.startswith(prefix)]
        elif _one(params, "all").lower() in {"true", "1"}:
            wanted = [key.public_id for key in of_type]
        else:
            raise missing("public_ids, prefix or all")
        deleted = {
            public_id: "deleted"
            if cloud.remove(AssetKey(resource_type=kind, type=type_, public_id=public_id))
            else "not_found"
            for public_id in wanted
        }
        counts = {
            each: {"original": 1, "derived": 0} for each, result in deleted.items() if result == "deleted"
        }
        return {"deleted": deleted, "deleted_counts": counts, "partial": False}

    def usage(self, cloud: Cloud) -> dict[str, Any]:
        """Tell what is stored and what the plan allows."""
        stored = sum(asset.content.size for asset in cloud.assets.values())
        return {
            "plan": "Free",
            "last_updated": self._world.clock.now().date().isoformat(),
            "transformations": {"usage": 0, "credits_usage": 0.0},
            "objects": {"usage": len(cloud.assets)},
            "bandwidth": {"usage": 0, "credits_usage": 0.0},
            "storage": {"usage": stored, "credits_usage": round(stored / 1024**3, 2)},
            "credits": {"usage": round(stored / 1024**3, 2), "limit": 25.0, "used_percent": 0.0},
            "requests": 0,
            "resources": len(cloud.assets),
            "derived_resources": 0,
            "media_limits": limits(),
        }

    def _count(self, cloud: Cloud) -> None:
        now = self._world.clock.now()
        calls = cloud.admin_calls
        while calls and calls[0] <= now - _HOUR:
            calls.popleft()
        if len(calls) >= cloud.admin_calls_per_hour:
            again = (calls[0] + _HOUR).strftime("%Y-%m-%d %H:%M:%S UTC") if calls else "later"
            raise CloudinaryError(
                420,
                f"Rate Limit Exceeded. Limit of {cloud.admin_calls_per_hour} api operations reached. "
                f"Try again on {again}",
            )
        calls.append(now)

    def _page(self, params: Mapping[str, list[str]]) -> tuple[int, int]:
        most, cursor = _one(params, "max_results") or str(DEFAULT_RESULTS), _one(params, "next_cursor") or "0"
        if not most.isdecimal() or not 1 <= int(most) <= MOST_RESULTS:
            raise CloudinaryError(400, f"Invalid value {most} for parameter max_results allowed")
        if not cursor.isdecimal():
            raise CloudinaryError(400, "Invalid cursor")
        return int(most), int(cursor)


def _one(params: Mapping[str, list[str]], name: str) -> str:
    values = params.get(name)
    return values[0] if values else ""

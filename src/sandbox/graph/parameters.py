"""Parameters that are more than a text: lists, switches, and the details of a post."""

import json
from collections.abc import Mapping
from typing import Any

from sandbox.graph.details import Details, UserTag
from sandbox.graph.errors import (
    BAD_COLLABORATOR,
    OUTSIDE_THE_VIDEO,
    TOO_MANY_TAGS,
    GraphError,
    bad_parameter,
)
from sandbox.graph.places import PLACES
from sandbox.json_values import is_array, is_object

MOST_ALT_CHARS, MOST_COLLABORATORS, MOST_TAGS = 1000, 3, 20
"""Source: IG User Media reference and error codes, as recorded 2026-11-20."""
LONGEST_VIDEO_MS = 15 * 60 * 1000
_TRIALS = {"MANUAL", "SS_PERFORMANCE"}
_SWITCHES = {"true": True, "1": True, "false": False, "0": False}


def is_true(params: Mapping[str, str], name: str) -> bool:
    """Return whether a switch is on; one that is not given is off. Raises `GraphError`."""
    text = params.get(name) or "false"
    if text.lower() not in _SWITCHES:
        raise bad_parameter(f"(#100) Param {name} must be a boolean")
    return _SWITCHES[text.lower()]


def as_list(text: str, name: str) -> tuple[str, ...]:
    """Return a list that came as JSON or with commas between. Raises `GraphError`."""
    if not text.lstrip().startswith("["):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    values = _json(text, name)
    if not is_array(values) or not all(isinstance(value, (str, int)) for value in values):
        raise bad_parameter(f"(#100) Param {name} must be an array")
    return tuple(str(value) for value in values)


def read_details(params: Mapping[str, str], *, tags_need_place: bool) -> Details:
    """Return what goes with the media. Raises `GraphError` for what may not."""
    if len(params.get("alt_text", "")) > MOST_ALT_CHARS:
        raise bad_parameter(f"(#100) Param alt_text must be at most {MOST_ALT_CHARS} characters long")
    return Details(
        alt_text=params.get("alt_text", ""),
        user_tags=_user_tags(params.get("user_tags", ""), need_place=tags_need_place),
        collaborators=_collaborators(params.get("collaborators", "")),
        location_id=_place(params.get("location_id", "")),
        audio_name=params.get("audio_name", ""),
        is_ai_generated=is_true(params, "is_ai_generated"),
        shares_to_feed=is_true(params, "share_to_feed"),
        thumb_offset_ms=_thumb_offset(params.get("thumb_offset", "")),
        trial=_trial(params.get("trial_params", "")),
    )


def _user_tags(text: str, *, need_place: bool) -> tuple[UserTag, ...]:
    if not text:
        return ()
    given = _json(text, "user_tags")
    tags = [_user_tag(each, need_place=need_place) for each in given] if is_array(given) else [None]
    good = tuple(tag for tag in tags if tag is not None)
    if len(good) < len(tags):
        raise bad_parameter("(#100) Param user_tags must be a list of username, x and y")
    if len(good) > MOST_TAGS:
        raise GraphError(TOO_MANY_TAGS)
    return good


def _user_tag(given: object, *, need_place: bool) -> UserTag | None:
    if not is_object(given) or not isinstance(given.get("username"), str) or not given["username"]:
        return None
    places = [given.get(axis) for axis in "xy"]
    if places == [None, None] and not need_place:
        return UserTag(username=given["username"])
    try:
        x, y = (float(place) for place in places if place is not None)
    except (ValueError, TypeError):
        return None
    return UserTag(username=given["username"], x=x, y=y) if 0 <= x <= 1 and 0 <= y <= 1 else None


def _collaborators(text: str) -> tuple[str, ...]:
    usernames = as_list(text, "collaborators")
    if len(usernames) > MOST_COLLABORATORS:
        raise bad_parameter(f"(#100) Param collaborators must have at most {MOST_COLLABORATORS} elements")
    if any(username.startswith("@") for username in usernames):
        raise GraphError(BAD_COLLABORATOR)
    return usernames


def _place(location_id: str) -> str:
    if location_id and location_id not in PLACES:
        raise bad_parameter("INSTAGRAM_PLATFORM_API__INVALID_LOCATION_ID")
    return location_id


def _thumb_offset(text: str) -> int:
    if not text:
        return 0
    if not text.removeprefix("-").isdecimal():
        raise bad_parameter("(#100) Param thumb_offset must be an integer")
    if not 0 <= int(text) <= LONGEST_VIDEO_MS:
        raise GraphError(OUTSIDE_THE_VIDEO)
    return int(text)


def _trial(text: str) -> str:
    if not text:
        return ""
    given = _json(text, "trial_params")
    strategy: Any = given.get("graduation_strategy") if is_object(given) else None
    if strategy not in _TRIALS:
        raise bad_parameter(
            "(#100) Param trial_params[graduation_strategy] must be one of {MANUAL, SS_PERFORMANCE}"
        )
    return str(strategy)


def _json(text: str, name: str) -> object:
    try:
        value: object = json.loads(text)
    except ValueError:
        raise bad_parameter(f"(#100) Param {name} must be valid JSON") from None
    return value

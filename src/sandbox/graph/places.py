"""The Pages with location data that this world knows: what `location_id` may name."""

from collections.abc import Mapping

PLACES: Mapping[str, str] = {
    "106000000000001": "Harbour Lane Pottery",
    "106000000000002": "The Old Pier",
    "106000000000003": "Saturday Market",
}
"""Name by id."""

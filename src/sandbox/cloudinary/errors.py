"""The refusals of Cloudinary, in its own words where they are known from its clients' issue trackers."""

import datetime as dt


class CloudinaryError(Exception):
    """Ends the handling of a call; the message is answered as `{"error": {"message": …}}` and in a header."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def stale(at: dt.datetime) -> CloudinaryError:
    """Return the refusal of a timestamp that is too old."""
    shown = at.strftime("%Y-%m-%d %H:%M:%S +0000")
    return CloudinaryError(400, f"Stale request - reported time is {shown} which is more than 1 hour ago")


def missing(parameter: str) -> CloudinaryError:
    """Return the refusal of a call without a parameter it needs."""
    return CloudinaryError(400, f"Missing required parameter - {parameter}")


def not_found(public_id: str) -> CloudinaryError:
    """Return the refusal for an asset that is not there."""
    return CloudinaryError(404, f"Resource not found - {public_id}")

"""How a token ends: the subcodes of 190 and what Meta says with each."""

from sandbox.graph.errors import SESSION_EXPIRED, SESSION_RESET, Refusal

APP_REMOVED, CHECKPOINTED, PASSWORD_CHANGED, EXPIRED = 458, 459, 460, 463

_SENTENCES = {
    APP_REMOVED: "The user has not authorized application.",
    CHECKPOINTED: "The user is enrolled in a checkpoint: they must log in at www.facebook.com.",
    464: "The user must be confirmed: they must log in at www.facebook.com.",
    467: "The session is invalid because the user logged out.",
    490: "The user is enrolled in a blocking, logged-in checkpoint.",
    492: "The user does not have a role on the Page any more.",
}
"""By subcode; the code and subcode are on record, these wordings are not."""


def refusal_of_the_dead(subcode: int) -> Refusal:
    """Return how Meta refuses a token that ended this way."""
    if subcode == EXPIRED:
        return SESSION_EXPIRED
    if subcode in _SENTENCES:
        sentence = f"Error validating access token: {_SENTENCES[subcode]}"
        return Refusal(code=190, subcode=subcode, message=sentence)
    return SESSION_RESET.with_subcode(subcode)

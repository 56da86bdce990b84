"""The refusals of the calls that give tokens. Where the facts have no code for one, it is marked so."""

from sandbox.graph.errors import Refusal

WRONG_APP = Refusal(code=101, message="Error validating application. Invalid application ID.")
WRONG_SECRET = Refusal(code=1, message="Error validating client secret.")
"""Neither is on record in the facts; both are how Meta's token endpoint is known to answer."""
WRONG_GRANT = Refusal(code=100, message="Invalid grant_type parameter")
TOO_YOUNG = Refusal(code=100, message="The access token is less than 24 hours old and cannot be refreshed")
NOT_LONG_LIVED = Refusal(code=100, message="The access token is not a long-lived one")
NOT_SHORT_LIVED = Refusal(code=100, message="The access token is not a short-lived one")
"""The codes of these three are not known."""
NO_ACCOUNTS_OF_A_PAGE = Refusal(
    code=100, message="(#100) Tried accessing nonexisting field (accounts) on node type (Page)"
)
NOT_GRANTED = Refusal(
    code=10, status=403, message="(#10) Application does not have permission for this action"
)

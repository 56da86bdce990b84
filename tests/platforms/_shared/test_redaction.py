import pytest

from platforms._shared.redaction import redacted

SECRET = "Sup3rS3cretValue0123456789"


@pytest.mark.parametrize(
    "text",
    [
        f"GET /v25.0/1?access_token={SECRET}&fields=id",
        f'{{"access_token": "{SECRET}"}}',
        f"appsecret_proof={SECRET}",
        f"client_secret: {SECRET}",
        f"Authorization: Bearer {SECRET}",
        f"Authorization: OAuth {SECRET}",
        f"Error validating token EAA{SECRET}.",
        f"Error validating token IGAA{SECRET}.",
    ],
)
def test_secrets_are_taken_out_wherever_they_stand(text: str) -> None:
    assert SECRET not in redacted(text)
    assert "[redacted]" in redacted(text)


def test_what_is_no_secret_stays() -> None:
    text = "(#100) Tried accessing nonexisting field (caption) on node type (IGUser), code 100"

    assert redacted(text) == text

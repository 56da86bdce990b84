"""What can go wrong with a call to Meta, as the sandbox's faults say it."""

from typing import Any

from sandbox.faults import Effect


def graph_error(code: int, subcode: int | None = None, *, status: int = 400) -> dict[str, Any]:
    """Return the fields of a fault that refuses a call with one of Meta's errors."""
    return answer({"error": {"message": "No", "code": code, "error_subcode": subcode}}, status=status)


def answer(body: Any, *, status: int = 200) -> dict[str, Any]:
    """Return the fields of a fault that answers a call with this instead of carrying it out."""
    return {"effect": Effect.REFUSE, "status": status, "body": body}


def anything(*, late_by: float) -> dict[str, dict[str, Any]]:
    """Return the faults that every call can have, whatever it is for; `late_by` in seconds."""
    return {
        "connection cut": {"effect": Effect.DROP},
        "answer lost": {"effect": Effect.LOSE_ANSWER},
        "answer too late": {"effect": Effect.DELAY_ANSWER, "delay_seconds": late_by},
        "taken too late": {"effect": Effect.DELAY, "delay_seconds": late_by},
        "5xx before": {"effect": Effect.REFUSE, "status": 500},
        "5xx after": {"effect": Effect.REFUSE_AFTER, "status": 503},
        "429": {"effect": Effect.REFUSE, "status": 429},
        "bad JSON": answer('{"id": "178'),
        "no JSON": answer("<html>Sorry</html>"),
        "an empty object": answer({}),
        "token dead": graph_error(190, 460),
        "no such object": graph_error(100, 33),
        "unknown code": graph_error(424242),
    }

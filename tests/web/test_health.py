import httpx
import pytest

from web.health import Health, application


@pytest.mark.parametrize(("is_well", "status"), [(True, 200), (False, 503)])
async def test_each_question_is_answered_by_status_and_details(is_well: bool, status: int) -> None:  # noqa: FBT001
    async def ready() -> Health:
        return Health(is_well=is_well, details={"accounts": []})

    app = application(live=lambda: Health(is_well=is_well, details={"in_hand": 2}), ready=ready)
    transport = httpx.ASGITransport(app=app)

    async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
        live_answer, ready_answer = await client.get("/healthz"), await client.get("/readyz")

    assert (live_answer.status_code, live_answer.json()["in_hand"]) == (status, 2)
    assert (ready_answer.status_code, ready_answer.json()["accounts"]) == (status, [])

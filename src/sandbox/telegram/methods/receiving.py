"""Methods by which a bot gets what people did: updates, webhooks, answers to presses, files."""

import re
from urllib.parse import urlsplit

from sandbox.json_values import is_array
from sandbox.telegram.calls import Answer, MethodCall
from sandbox.telegram.errors import bad_request
from sandbox.telegram.formatting import units
from sandbox.telegram.updates import KINDS
from sandbox.telegram.webhooks import Target

_MOST_UPDATES = 100
_SECRET_TOKEN = re.compile(r"[A-Za-z0-9_-]*")
_SECRET_TOKEN_CHARS = 256
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_DEFAULT_CONNECTIONS = 40
_MOST_CONNECTIONS = 100


async def get_updates(call: MethodCall) -> Answer:
    """Confirm what came before `offset` and return what waits, after up to `timeout` seconds."""
    _allow(call)
    arguments = call.arguments
    limit = arguments.integer("limit", _MOST_UPDATES)
    updates = await call.state.queues[call.bot.id].poll(
        offset=arguments.integer("offset"),
        limit=limit if 1 <= limit <= _MOST_UPDATES else _MOST_UPDATES,
        timeout_seconds=min(max(arguments.integer("timeout"), 0), call.state.limits.long_poll_seconds),
    )
    return Answer([update.as_json() for update in updates])


async def set_webhook(call: MethodCall) -> Answer:
    """Deliver updates to a URL; an empty one removes the webhook.

    Like a server run with `--local`, plain HTTP and any port are taken; only loopback, though, as the sandbox
    never talks to the outside.
    """
    url = call.arguments.text("url")
    if not url:
        return await delete_webhook(call)
    secret_token = call.arguments.text("secret_token")
    if len(secret_token) > _SECRET_TOKEN_CHARS:
        raise bad_request("secret token is too long")
    if not _SECRET_TOKEN.fullmatch(secret_token):
        raise bad_request("secret token contains unallowed characters")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.hostname not in _LOOPBACK:
        raise bad_request("bad webhook: Failed to resolve host: Name or service not known")
    connections = call.arguments.integer("max_connections", _DEFAULT_CONNECTIONS)
    target = Target(
        url=url,
        secret_token=secret_token,
        max_connections=min(max(connections, 1), _MOST_CONNECTIONS),
    )
    _allow(call)
    _drop_if_asked(call)
    webhook = call.state.webhooks[call.bot.id]
    if webhook.target == target:
        return Answer(result=True, description="Webhook is already set")
    await webhook.set(target)
    return Answer(result=True, description="Webhook was set")


async def delete_webhook(call: MethodCall) -> Answer:
    """Go back to polling."""
    _drop_if_asked(call)
    webhook = call.state.webhooks[call.bot.id]
    was_set = webhook.target is not None
    await webhook.remove()
    return Answer(result=True, description=f"Webhook {'was' if was_set else 'is already'} deleted")


async def get_webhook_info(call: MethodCall) -> Answer:
    """Say where updates are delivered to and what went wrong last."""
    return Answer(call.state.webhooks[call.bot.id].as_json())


async def answer_callback_query(call: MethodCall) -> Answer:
    """Answer a press, once and in time."""
    text = call.arguments.text("text")
    if units(text) > call.state.limits.alert_chars:
        raise bad_request("MESSAGE_TOO_LONG")
    press = call.state.presses.get(call.arguments.text("callback_query_id"))
    now = call.state.world.clock.now().timestamp()
    if (
        press is None
        or press.bot_id != call.bot.id
        or press.answer.done()
        or now - press.pressed_at > call.state.limits.callback_answer_seconds
    ):
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    press.answer.set_result({"text": text or None, "show_alert": call.arguments.flag("show_alert")})
    return Answer(result=True)


async def get_file(call: MethodCall) -> Answer:
    """Offer a file for download."""
    file_id = call.arguments.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    file = call.state.files.get(file_id)
    if file is None:
        raise bad_request("invalid file_id")
    if file.size > call.state.limits.download_bytes:
        raise bad_request("file is too big")
    call.state.files.offer(file, seconds=call.state.limits.link_seconds)
    return Answer({**file.ids(), "file_path": file.file_path})


def _allow(call: MethodCall) -> None:
    given = call.arguments.json("allowed_updates", refusal="can't parse allowed updates JSON object")
    if is_array(given):
        wanted = {str(kind).lower() for kind in given}
        call.state.queues[call.bot.id].allow(frozenset(wanted.intersection(KINDS)))


def _drop_if_asked(call: MethodCall) -> None:
    if call.arguments.flag("drop_pending_updates"):
        call.state.queues[call.bot.id].forget_all()

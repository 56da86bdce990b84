"""Requests and answers as they are on the wire."""

import dataclasses
import datetime as dt
import json
import random
import re
import string
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from sandbox.graph.accounts import Login
from sandbox.graph.errors import Refusal, bad_parameter
from sandbox.graph.settings import GraphSettings
from sandbox.graph.versions import is_version, served_version
from sandbox.json_values import is_array, is_object

SECRET_PARAMETERS = frozenset(
    {"access_token", "input_token", "appsecret_proof", "client_secret", "fb_exchange_token", "code"}
)
_TRACE = string.ascii_letters + string.digits + "-_"
_WORD_OR_BRACE = re.compile(r"[^\s,{}]+|[{}]")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class GraphRequest:
    """A call, whichever of the ways to send parameters it chose."""

    host: Login
    method: str
    version: str
    """The version that serves it, such as `v25.0`."""
    path: tuple[str, ...]
    """What follows the version."""
    params: Mapping[str, str]
    token: str | None
    files: Mapping[str, bytes]
    """The parameters that came as files."""
    base_url: str
    """Scheme, host and port it was sent to, without a slash at the end."""

    def required(self, name: str) -> str:
        """Return a parameter; raises `GraphError` when it is missing or empty."""
        value = self.params.get(name)
        if not value:
            raise bad_parameter(f"The parameter {name} is required.")
        return value

    def loggable(self) -> dict[str, str]:
        """Return the parameters with secrets masked."""
        texts = {
            name: masked(value) if name in SECRET_PARAMETERS else value for name, value in self.params.items()
        }
        return texts | {name: f"{len(data)} bytes" for name, data in self.files.items()}


def masked(secret: str) -> str:
    """Return a secret's first 6 and last 4 characters."""
    return f"{secret[:6]}…{secret[-4:]}" if len(secret) > 12 else "…"  # noqa: PLR2004 - shorter ones hide nothing


async def read_request(request: Request, host: Login, settings: GraphSettings) -> GraphRequest:
    """Read a call: parameters from query, form and JSON body, the token from a parameter or a Bearer header.

    Raises:
        GraphError: the version or the body is none that is served.
    """
    segments = [segment for segment in request.url.path.split("/") if segment]
    version = served_version(segments.pop(0) if segments and is_version(segments[0]) else "", settings)
    body, files = await _body(request)
    params = {**request.query_params, **body}
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    bearer = credentials.strip() if scheme.lower() in {"bearer", "oauth"} else ""
    return GraphRequest(
        host=host,
        method=request.method,
        version=version,
        path=tuple(segments),
        params=params,
        token=params.get("access_token") or bearer or None,
        files=files,
        base_url=str(request.base_url).rstrip("/"),
    )


async def _body(request: Request) -> tuple[dict[str, str], dict[str, bytes]]:
    if request.method not in {"POST", "DELETE"}:
        return {}, {}
    if request.headers.get("content-type", "").startswith("application/json"):
        return _json_parameters(await request.body()), {}
    async with request.form() as form:
        texts = {name: value for name, value in form.items() if isinstance(value, str)}
        files = {name: await value.read() for name, value in form.items() if isinstance(value, UploadFile)}
        return texts, files


def _json_parameters(body: bytes) -> dict[str, str]:
    try:
        values = json.loads(body or b"{}")
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise bad_parameter("The request body is not valid JSON.")
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in cast("dict[str, Any]", values).items()
        if value is not None
    }


class Answers:
    """Writes answers with the headers the real hosts send."""

    def __init__(self, *, seed: int) -> None:
        self._random = random.Random(seed)

    def success(self, body: Mapping[str, Any], *, version: str, usage: Mapping[str, str]) -> Response:
        """Answer a call that worked."""
        return self._response(body, 200, {**usage, "facebook-api-version": version})

    def refusal(self, refusal: Refusal, host: Login, *, version: str, usage: Mapping[str, str]) -> Response:
        """Answer a call that did not."""
        body = refusal.envelope(host, self._trace())
        headers = {**usage, "facebook-api-version": version, "WWW-Authenticate": refusal.challenge()}
        return self._response(body, refusal.status, headers)

    def _response(self, body: Mapping[str, Any], status: int, headers: Mapping[str, str]) -> Response:
        return Response(
            escaped(body),
            status_code=status,
            media_type="application/json; charset=UTF-8",
            headers={
                "x-fb-trace-id": self._trace(),
                "x-fb-request-id": self._trace(),
                "Cache-Control": "private, no-cache, no-store, must-revalidate",
                **headers,
            },
        )

    def _trace(self) -> str:
        return "A" + "".join(self._random.choices(_TRACE, k=22))


def escaped(body: Any) -> str:
    r"""Return JSON as Meta writes it: `/` as `\/`, everything beyond ASCII as `\uXXXX`."""
    return json.dumps(body, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/")


def without_secrets(body: Any) -> Any:
    """Return an answer as the log may show it: tokens masked."""
    if is_object(body):
        return {
            name: masked(value) if name == "access_token" else without_secrets(value)
            for name, value in body.items()
        }
    return [without_secrets(each) for each in body] if is_array(body) else body


def moment(at: dt.datetime) -> str:
    """Return a time as Meta writes it, `2026-11-20T10:00:00+0000`."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S%z")


def parse_fields(text: str) -> dict[str, Any]:
    """Return the tree that `a,b{c,d}` asks for: name to subtree, None for a leaf."""
    root: dict[str, Any] = {}
    open_levels = [root]
    last = ""
    for part in _WORD_OR_BRACE.findall(text):
        if part == "{":
            subtree: dict[str, Any] = {}
            open_levels[-1][last] = subtree
            open_levels.append(subtree)
        elif part == "}":
            if len(open_levels) > 1:
                open_levels.pop()
        else:
            last = part
            open_levels[-1][part] = None
    return root


def only_fields(node: Mapping[str, Any], asked: Mapping[str, Any], *, kind: str) -> dict[str, Any]:
    """Return the asked fields of a node and its id. A field it could have but has not is left out.

    Raises:
        GraphError: 100 for a field that nodes of this kind never have.
    """
    answer: dict[str, Any] = {}
    for name, subtree in asked.items():
        if name not in node:
            raise bad_parameter(f"(#100) Tried accessing nonexisting field ({name}) on node type ({kind})")
        value = node[name]
        if isinstance(value, Mapping) and subtree is not None:
            value = only_fields(cast("Mapping[str, Any]", value), subtree, kind=kind)
        if value is not None:
            answer[name] = value
    if "id" in node:
        answer["id"] = node["id"]
    return answer


def query(params: Mapping[str, str]) -> str:
    """Return a query string with everything but letters and digits quoted, as in Meta's own links."""
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in params.items())

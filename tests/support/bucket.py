"""An S3 for tests: moto's server, which believes everybody, behind a door that checks as Amazon does."""

import contextlib
import dataclasses
import datetime as dt
import hashlib
import hmac
import itertools
from collections.abc import AsyncGenerator, Generator, Mapping
from typing import Any, cast
from urllib.parse import parse_qsl, quote, urlencode

import boto3  # type: ignore[import-untyped]  # ships no types
import httpx
from botocore.config import Config  # type: ignore[import-untyped]  # ships no types
from moto.server import ThreadedMotoServer
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sandbox.serving import listening

KEY_ID, SECRET, REGION = "AKIDHARBOUR", "bucket-secret", "eu-north-1"
NOT_PASSED_ON = {"host", "connection", "content-length", "transfer-encoding"}
_names = itertools.count(1)


@contextlib.contextmanager
def moto_running() -> Generator[str]:
    """Run moto while inside; yields its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


class S3Door:
    """Lets through what is signed with the one key there is, and has not expired."""

    def __init__(self, behind: str) -> None:
        self._http = httpx.AsyncClient(base_url=behind, timeout=30)
        self.ahead = dt.timedelta(0)
        """How far its clock is ahead of the machine's."""
        self.calls: list[str] = []
        self.refusals: list[tuple[int, str]] = []
        """Answers that the next calls get instead: status and code."""

    async def close(self) -> None:
        await self._http.aclose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._answer(Request(scope, receive)))(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        self.calls.append(request.method)
        refused = self.refusals.pop(0) if self.refusals else None
        try:
            refused = refused or self._refused(request)
        except (KeyError, ValueError):  # a part of what is to be signed is missing
            refused = 403, "AccessDenied"
        if refused:
            status, code = refused
            body = f"<Error><Code>{code}</Code><Message>No {SECRET}.</Message></Error>"
            return Response(
                "" if request.method == "HEAD" else body, status_code=status, media_type="application/xml"
            )
        passed = await self._http.request(
            request.method,
            httpx.URL(raw_path=_target(request)),
            headers={name: value for name, value in request.headers.items() if name not in NOT_PASSED_ON},
            content=await request.body(),
        )
        headers = dict(passed.headers)
        headers.pop("connection", None)
        return Response(passed.content, status_code=passed.status_code, headers=headers)

    def _refused(self, request: Request) -> tuple[int, str] | None:
        query = dict(parse_qsl(request.url.query, keep_blank_values=True))
        if "X-Amz-Signature" in query:
            return self._refused_link(request, query)
        parts = request.headers.get("authorization", "").replace(",", " ").split()
        fields = dict(part.split("=", 1) for part in parts if "=" in part)
        if "Signature" not in fields:
            return 403, "AccessDenied"
        key_id, _, area = fields["Credential"].partition("/")
        if key_id != KEY_ID:
            return 403, "InvalidAccessKeyId"
        expected = _signature(
            request,
            query,
            signed=fields["SignedHeaders"],
            stamp=request.headers["x-amz-date"],
            area=area,
            payload=request.headers["x-amz-content-sha256"],
        )
        return None if hmac.compare_digest(expected, fields["Signature"]) else (403, "SignatureDoesNotMatch")

    def _refused_link(self, request: Request, query: dict[str, str]) -> tuple[int, str] | None:
        signature = query.pop("X-Amz-Signature")
        key_id, _, area = query["X-Amz-Credential"].partition("/")
        if key_id != KEY_ID:
            return 403, "InvalidAccessKeyId"
        # A link that was signed for GET is good for GET alone, as the method is signed too.
        expected = _signature(
            request,
            query,
            signed=query["X-Amz-SignedHeaders"],
            stamp=query["X-Amz-Date"],
            area=area,
            payload="UNSIGNED-PAYLOAD",
        )
        if not hmac.compare_digest(expected, signature):
            return 403, "SignatureDoesNotMatch"
        begins = dt.datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
        now = dt.datetime.now(dt.UTC) + self.ahead  # noqa: TID251  (the machine's clock signs)
        if now > begins + dt.timedelta(seconds=int(query["X-Amz-Expires"])):
            return 403, "AccessDenied"
        return None


def _target(request: Request) -> bytes:
    path: bytes = request.scope["raw_path"]
    query: bytes = request.scope["query_string"]
    return path + b"?" + query if query else path


def _signature(
    request: Request, query: Mapping[str, str], *, signed: str, stamp: str, area: str, payload: str
) -> str:
    """Work Amazon's signature (version 4) out by hand."""
    headers = "".join(f"{name}:{request.headers[name].strip()}\n" for name in signed.split(";"))
    canonical = "\n".join(
        (
            request.method,
            quote(request.url.path, safe="/-_.~"),
            urlencode(sorted(query.items()), quote_via=quote, safe="-_.~"),
            headers,
            signed,
            payload,
        )
    )
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{area}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{SECRET}".encode()
    for part in area.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class RunningBucket:
    """An empty bucket, the door to it, and boto3 as a second opinion."""

    url: str
    name: str
    door: S3Door
    boto: Any


@contextlib.asynccontextmanager
async def bucket_running(moto: str) -> AsyncGenerator[RunningBucket]:
    """Serve a new bucket while inside."""
    name = f"harbour-{next(_names)}"
    boto = cast("Any", boto3).client(
        "s3",
        endpoint_url=moto,
        aws_access_key_id=KEY_ID,
        aws_secret_access_key=SECRET,
        region_name=REGION,
        config=Config(retries={"total_max_attempts": 1}),
    )
    boto.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    door = S3Door(moto)
    try:
        async with listening({"s3": (door, 0)}) as urls:
            yield RunningBucket(url=urls["s3"], name=name, door=door, boto=boto)
    finally:
        await door.close()
        boto.close()

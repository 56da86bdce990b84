"""Cloudinary's stand-in: the application, and the means to set it up and look into it."""

import dataclasses
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from sandbox.cloudinary import snapshot
from sandbox.cloudinary.admin import Admin
from sandbox.cloudinary.assets import RESOURCE_TYPES, Asset, AssetKey, Cloud, ResourceType
from sandbox.cloudinary.delivery import delivered, read_place
from sandbox.cloudinary.errors import CloudinaryError, not_found
from sandbox.cloudinary.requests import all_params, base_url, loggable, masked_path, read_sent
from sandbox.cloudinary.settings import CloudinarySettings
from sandbox.cloudinary.snapshot import CloudRecord
from sandbox.cloudinary.uploads import Uploads
from sandbox.cloudinary.wire import answer, described, refusal
from sandbox.faults import Fault
from sandbox.json_values import is_object
from sandbox.serving import serve
from sandbox.world import Call, World

_WORDS = {
    401: "Invalid Signature",
    420: "Rate Limit Exceeded",
    423: "Resource is still being processed",
    429: "Too Many Requests",
}
"""What a fault without a body says, by status."""


class CloudinaryStandIn:
    """Cloudinary, without the cloud. Faults by status, delay and lost answers are all it needs."""

    def __init__(self, world: World, *, settings: CloudinarySettings | None = None) -> None:
        self._world = world
        self.settings = settings or CloudinarySettings()
        self._clouds: dict[str, Cloud] = {}
        self._base_url = ""
        self._uploads = Uploads(world=world, clouds=self._clouds, settings=self.settings)
        self._admin = Admin(world=world, clouds=self._clouds)
        self.app: ASGIApp = Starlette(routes=self._routes())

    def control_routes(self) -> list[BaseRoute]:
        """Return the routes to set up and look into this stand-in, relative to `/sandbox/cloudinary`."""
        return [
            Route("/assets", self._control_assets, methods=["GET"]),
            Route("/clouds", self._control_add_cloud, methods=["POST"]),
            Route("/settings", self._control_settings, methods=["GET"]),
            Route("/settings", self._control_change_settings, methods=["POST"]),
        ]

    def add_cloud(self, *, cloud_name: str, api_key: str, api_secret: str) -> Cloud:
        """Add a product environment and its credentials."""
        cloud = Cloud(name=cloud_name, api_key=api_key, api_secret=api_secret)
        self._clouds[cloud_name] = cloud
        return cloud

    def assets(self, cloud_name: str | None = None) -> list[Asset]:
        """Return what is stored, in one cloud or in all, oldest first."""
        return [
            asset
            for cloud in self._clouds.values()
            if cloud_name in {None, cloud.name}
            for asset in cloud.assets.values()
        ]

    def snapshot(self) -> list[CloudRecord]:
        """Return all there is but unfinished uploads, for the moment."""
        return [snapshot.taken(cloud) for cloud in self._clouds.values()]

    def restore(self, past: Iterable[CloudRecord]) -> None:
        """Fill this new stand-in with what there was."""
        self._clouds |= {record.name: snapshot.restored(record) for record in past}

    def _routes(self) -> list[BaseRoute]:
        api = "/v1_1/{cloud}"
        kind = "{resource_type:str}"
        return [
            Route(f"{api}/ping", self._ping, methods=["GET"]),
            Route(f"{api}/usage", self._usage, methods=["GET"]),
            Route(f"{api}/resources/{kind}", self._resources, methods=["GET", "DELETE"]),
            Route(f"{api}/resources/{kind}/tags/{{tag}}", self._resources, methods=["GET"]),
            Route(f"{api}/resources/{kind}/{{type}}", self._resources, methods=["GET", "DELETE"]),
            Route(f"{api}/resources/{kind}/{{type}}/{{public_id:path}}", self._resource, methods=["GET"]),
            Route(f"{api}/{kind}/upload", self._upload, methods=["POST"]),
            Route(f"{api}/{kind}/destroy", self._destroy, methods=["POST"]),
            Route("/{cloud}/{resource_type}/{type}/{rest:path}", self._deliver, methods=["GET", "HEAD"]),
            Route("/{path:path}", self._nothing, methods=["GET", "HEAD", "POST", "PUT", "DELETE"]),
        ]

    async def _upload(self, request: Request) -> Response:
        try:
            sent = await read_sent(request)
        except CloudinaryError as error:
            return refusal(error)

        async def handle(call: Call) -> Response:
            body = await self._uploads.upload(sent)
            call.subject = {"public_id": str(body["public_id"])}
            call.answer = body
            return answer(body)

        subject = {"public_id": sent.params["public_id"]} if sent.params.get("public_id") else {}
        return await self._served(request, "upload", subject, loggable(sent), handle)

    async def _destroy(self, request: Request) -> Response:
        try:
            sent = await read_sent(request)
        except CloudinaryError as error:
            return refusal(error)

        async def handle(call: Call) -> Response:
            call.answer = await self._uploads.destroy(sent)
            return answer(call.answer)

        subject = {"public_id": sent.params.get("public_id", "")}
        return await self._served(request, "destroy", subject, loggable(sent), handle)

    async def _deliver(self, request: Request) -> Response:
        path = request.path_params
        place = read_place(path["rest"])

        async def handle(_: Call) -> Response:
            return delivered(self._clouds, path["cloud"], path["resource_type"], path["type"], path["rest"])

        subject = {"public_id": place.file_name.rpartition(".")[0] or place.file_name}
        return await self._served(request, "delivery", subject, {}, handle)

    async def _resources(self, request: Request) -> Response:
        params = await all_params(request)
        place: Mapping[str, str] = request.path_params
        if place["resource_type"] not in RESOURCE_TYPES:
            return refusal(not_found(place["resource_type"]))
        is_deletion = request.method == "DELETE"

        def handle(cloud: Cloud) -> dict[str, Any]:
            if is_deletion:
                return self._admin.delete(cloud, place, params)
            return self._admin.resources(cloud, place, params, base_url(request))

        operation = "delete_resources" if is_deletion else "resources"
        return await self._administered(request, operation, handle, params=params)

    async def _resource(self, request: Request) -> Response:
        path = request.path_params
        if path["resource_type"] not in RESOURCE_TYPES:
            return refusal(not_found(path["public_id"]))
        key = AssetKey(
            resource_type=ResourceType(path["resource_type"]), type=path["type"], public_id=path["public_id"]
        )

        def handle(cloud: Cloud) -> dict[str, Any]:
            return self._admin.resource(cloud, key, base_url(request))

        return await self._administered(request, "resource", handle, subject={"public_id": key.public_id})

    async def _usage(self, request: Request) -> Response:
        return await self._administered(request, "usage", self._admin.usage)

    async def _ping(self, request: Request) -> Response:
        return await self._administered(request, "ping", lambda _: {"status": "ok"})

    async def _nothing(self, request: Request) -> Response:
        return await self._served(request, "unsupported", {}, {}, _no_such_call)

    async def _administered(
        self,
        request: Request,
        operation: str,
        handle: Callable[[Cloud], dict[str, Any]],
        *,
        subject: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> Response:
        async def admitted(call: Call) -> Response:
            cloud_name = request.path_params["cloud"]
            cloud = self._admin.admitted(cloud_name, request.headers.get("authorization", ""))
            call.answer = handle(cloud)
            return answer(call.answer, self._admin.allowance(cloud))

        return await self._served(request, operation, subject or {}, params or {}, admitted)

    async def _served(
        self,
        request: Request,
        operation: str,
        subject: Mapping[str, str],
        params: Mapping[str, Any],
        handle: Callable[[Call], Awaitable[Response]],
    ) -> Response:
        self._base_url = base_url(request)
        call = self._world.open_call(
            service="cloudinary",
            operation=operation,
            method=request.method,
            path=masked_path(request.url.path),
            subject=subject,
            params=params,
        )

        async def answered() -> Response:
            try:
                return await handle(call)
            except CloudinaryError as error:
                call.answer = {"error": {"message": error.message}}
                return refusal(error)

        def server_error(fault: Fault) -> Response:
            return refusal(CloudinaryError(fault.status, _WORDS.get(fault.status, "General Error")))

        return await serve(self._world, call, answered, server_error=server_error)

    async def _control_assets(self, request: Request) -> Response:
        assets = [
            {"cloud": cloud.name, **described(cloud, asset, self._base_url)}
            for cloud in self._clouds.values()
            for asset in cloud.assets.values()
        ]
        return JSONResponse({"assets": assets})

    async def _control_add_cloud(self, request: Request) -> Response:
        try:
            cloud = self.add_cloud(**await request.json())
        except (TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return JSONResponse({"cloud_name": cloud.name})

    async def _control_settings(self, request: Request) -> Response:
        return JSONResponse(dataclasses.asdict(self.settings))

    async def _control_change_settings(self, request: Request) -> Response:
        body = await request.json()
        if not is_object(body):
            return JSONResponse({"error": "settings are a JSON object"}, status_code=400)
        try:
            self.settings.change(body)
        except ValueError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return await self._control_settings(request)


async def _no_such_call(call: Call) -> Response:
    raise not_found(call.path)

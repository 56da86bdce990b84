"""Figures in the form that Prometheus reads."""

import dataclasses
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """A value that goes up and down, once for each set of labels."""

    name: str
    """Without the `storyline_` that all of them begin with."""
    meaning: str
    samples: Sequence[tuple[Mapping[str, str], float]]


class _Collected(Collector):
    def __init__(self, gauges: Iterable[Gauge]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for gauge in self._gauges:
            family = GaugeMetricFamily(f"storyline_{gauge.name}", gauge.meaning, labels=_labels(gauge))
            for labels, value in gauge.samples:
                family.add_metric(list(labels.values()), value)
            yield family


def route(read: Callable[[], Awaitable[Sequence[Gauge]]]) -> Route:
    """Return the route that answers `/metrics`."""

    async def metrics(_request: Request) -> Response:
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Collected(await read()))
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return Route("/metrics", metrics)


def _labels(gauge: Gauge) -> list[str]:
    return list(gauge.samples[0][0]) if gauge.samples else []

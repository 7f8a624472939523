"""Counts requests by the folder of their page and by status; no label comes from a visitor."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from supporters.metering import metrics
from supporters.queue_wait import QUEUE_WAIT

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

UNKNOWN, OTHER = "unknown", "other"
APART = {"429", "503"}  # asked to wait: a limit; the database, or a rush
REQUEST = "werkzeug.request"  # where werkzeug keeps the request


class RequestMeter:
    """Counts the requests of an application with these views, by endpoint."""

    def __init__(self, views: Mapping[str, Callable[..., Any]]) -> None:
        self._views = views
        self._groups: dict[str, str] = {}

    def count(self, group: str, status: str, *, began: float) -> None:
        """Count a request that was answered, with the time that it waited for its thread."""
        if metrics.is_counting():
            seconds = time.perf_counter() - began + QUEUE_WAIT.get()
            code = status[:3]
            kind = code if code in APART else f"{code[0]}xx"
            metrics.count_request(group, kind, seconds)

    def find_group(self, environ: "WSGIEnvironment") -> str:
        """Return the group of a request whose answer begins; later Flask forgets its endpoint."""
        request = environ.get(REQUEST)
        endpoint = None if request is None else request.endpoint
        if endpoint is None:
            return UNKNOWN
        group = self._groups.get(endpoint)
        if group is None:
            group = self._groups[endpoint] = _name_group(self._views.get(endpoint))
        return group


def _name_group(view: Callable[..., Any] | None) -> str:
    """Return `console`, `health`, `hooks`, or the folder of a public page: `signup`, `my_data` …"""
    package, _, name = getattr(view, "__module__", "").partition(".web.")
    if package != "supporters" or not name:
        return OTHER
    return name.removeprefix("public.").partition(".")[0]

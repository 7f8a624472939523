"""Logs carry ids and outcomes: never an address, a token or a body.

Messages of exceptions can quote all three (a database names the duplicate key), so only their
types and places are logged.
"""

import logging
import os
import socket
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Mapping
from contextvars import ContextVar
from threading import ExceptHookArgs, Lock
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from supporters.program_version import program_version

HOST = socket.gethostname()
PICTURES = "/i/"
COUNTED_FOR = 600  # seconds
MOST_COUNTED = 1_000  # kinds of faults at the same time
LONGEST_TEXT, MOST_ITEMS = 1_000, 50
LONGEST_LINE = 8_000  # syslog servers take no more
ALWAYS = (
    "event",
    "level",
    "timestamp",
    "error",
    "host",
    "pid",
    "version",
    "request_id",
)  # of those
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
QUOTES_A_REQUEST = ("Error handling request", "Invalid request")  # of gunicorn's lines


def configure_logs(*, is_development: bool) -> None:
    """Send structured lines to standard error: readable ones in development, otherwise JSON."""
    structlog.configure(
        processors=[*_describe_lines(is_development), _find_renderer(is_development)],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(make_formatter(is_development=is_development))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    if not is_development:
        logging.captureWarnings(capture=True)
        sys.excepthook = _log_uncaught
        threading.excepthook = _log_uncaught_of_thread
        sys.unraisablehook = _log_unraisable


def make_formatter(*, is_development: bool) -> logging.Formatter:
    """Return what makes lines of ours from those of libraries and of the web server."""
    return structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _find_renderer(is_development),
        ],
        foreign_pre_chain=[
            structlog.stdlib.add_logger_name,
            _name_error,
            *_describe_lines(is_development),
        ],
    )


def _find_renderer(is_development: bool) -> Processor:
    if is_development:
        return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return _render


_to_json = structlog.processors.JSONRenderer()


def _render(logger: object, method: str, line: EventDict) -> str:
    """Return a line as one JSON object of bounded length, whatever is in it."""
    bounded = {str(name): _bound(value, LONGEST_TEXT) for name, value in line.items()}
    text = str(_to_json(logger, method, bounded))
    if len(text) <= LONGEST_LINE:
        return text
    brief = {name: _bound(bounded[name], 100) for name in ALWAYS if name in bounded}
    return str(_to_json(logger, method, {**brief, "is_cut": True}))


def _bound(value: object, longest: int) -> Any:
    """Return a value of a line, cut where it is long."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_bound(each, longest // 2) for each in value[:MOST_ITEMS]]
    text = str(value)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _describe_lines(is_development: bool) -> list[Processor]:
    usual: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    return usual if is_development else [*usual, _name_process]


def _name_process(_logger: object, _method: str, line: EventDict) -> EventDict:
    """Add the machine, the process, the version of the program and the request, if it is one."""
    if request_id := REQUEST_ID.get():
        line["request_id"] = request_id
    return {**line, "host": HOST, "pid": os.getpid(), "version": program_version()}


def _log_uncaught(_kind: type[BaseException], error: BaseException, _trace: object) -> None:
    log_failure("program.failed", error)


def _log_uncaught_of_thread(failed: ExceptHookArgs) -> None:
    if failed.exc_value is not None:
        log_failure(
            "thread.failed", failed.exc_value, thread=failed.thread.name if failed.thread else None
        )


def _log_unraisable(failed: "sys.UnraisableHookArgs") -> None:
    if failed.exc_value is not None:
        log_failure("object.not_ended", failed.exc_value)


def _name_error(_logger: object, _method: str, line: EventDict) -> EventDict:
    """Replace the exception of a library by its kind and place."""
    raised = line.pop("exc_info", None)
    if isinstance(raised, tuple) and raised[1] is not None:
        line["error"], line["where"] = _describe_error(raised[1])
    return line


def log_failure(event: str, error: BaseException, **fields: str | int | None) -> None:
    """Log an exception by the names of its chain and the lines it came through."""
    causes, where = _describe_error(error)
    structlog.get_logger(__name__).error(event, error=causes, where=where, **fields)


def log_doubt(what: str) -> None:
    """Log a setting that is strange but valid."""
    structlog.get_logger(__name__).warning("settings.doubt", what=what)


def log_refusal(faults: list[str]) -> None:
    """Log the settings that a service can't start with."""
    structlog.get_logger(__name__).error("settings.refused", faults=faults)


def _describe_error(error: BaseException) -> tuple[list[str], list[str]]:
    """Return the names of the chain of an exception, and the lines it came through."""
    causes = []
    cause: BaseException | None = error
    while cause is not None:
        causes.append(type(cause).__name__)
        cause = cause.__cause__
    frames = traceback.extract_tb(error.__traceback__)
    return causes, [f"{each.filename}:{each.lineno} {each.name}" for each in frames[-8:]]


class FaultCounter:
    """Counts the faults of ten minutes, by kind: a visitor decides how often each happens."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._began_at = 0.0
        self._counts: Counter[tuple[object, ...]] = Counter()

    def count(self, *kind: object) -> int:
        """Count a fault; return how many there were. A full counter counts no new kinds."""
        now = time.monotonic()
        with self._lock:
            if not self._counts or now - self._began_at >= COUNTED_FOR:
                self._began_at = now
                self._counts.clear()
            if kind not in self._counts and len(self._counts) >= MOST_COUNTED:
                return 0
            self._counts[kind] += 1
            return self._counts[kind]

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._counts.clear()


fault_counter = FaultCounter()


def log_fault(event: str, error: BaseException, **fields: str | int | None) -> None:
    """Log an error that may come often: in ten minutes the first, the tenth, the hundredth …"""
    count = fault_counter.count(event, type(error), *fields.values())
    if str(count).rstrip("0") == "1":
        log_failure(event, error, count=count, **fields)


def log_problem(event: str, problem: str, **fields: str | int | None) -> None:
    """Log a problem that may last, as often: its lines must not fill a full disk again."""
    count = fault_counter.count(event, problem, *fields.values())
    if str(count).rstrip("0") == "1":
        structlog.get_logger(__name__).warning(event, problem=problem, count=count, **fields)


def hide_requests(record: logging.LogRecord) -> bool:
    """Remove the visitor's input from a line of the web server: a path may hold a token.

    A failure is named by its type. No line is dropped.
    """
    for beginning in QUOTES_A_REQUEST:
        if str(record.msg).startswith(beginning):
            kind = record.exc_info[0] if record.exc_info else None
            record.msg = f"{beginning} ({kind.__name__})" if kind else beginning
            record.args, record.exc_info = (), None
    return True


def hide_pictures(record: logging.LogRecord) -> bool:
    """Drop a line of the access log of gunicorn about a picture of an email.

    The line would say who opened the email, and when.
    """
    asked = record.args.get("U") if isinstance(record.args, Mapping) else None
    return not str(asked or "").startswith(PICTURES)


def log_warnings_only() -> None:
    """Log only warnings and errors, for commands whose output a person reads."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))

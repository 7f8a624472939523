"""Streams each act of the audit log to syslog, or into a file of its own, once it is committed.

A line has what the audit log has: ids, and no address. A stream that fails stops no act.
"""

import json
import logging
import os
from contextlib import closing
from logging.handlers import SysLogHandler
from pathlib import Path
from typing import Any

from supporters.disk_probe import write_whole
from supporters.extensions import current_settings
from supporters.logs import HOST, LONGEST_LINE, REQUEST_ID, log_fault
from supporters.program_version import program_version
from supporters.settings.monitoring_settings import SocketAddress

SYSLOG_SOCKET = "/dev/log"
PROGRAM = "supporters-audit: "


def stream_act(act: dict[str, Any]) -> None:
    """Write the line of an act, if the settings name a place."""
    settings = current_settings().monitoring
    if settings.audit_file is None and not settings.to_syslog:
        return
    line = {**act, "request_id": REQUEST_ID.get(), "host": HOST, "pid": os.getpid()}
    line["version"] = program_version()
    text = json.dumps(line)
    if len(text) > LONGEST_LINE:
        text = json.dumps({**line, "details": {}, "is_cut": True})
    try:
        if settings.audit_file is not None:
            _append(settings.audit_file, text)
        else:
            _send(settings.syslog_server, text)
    except (OSError, UnicodeError) as error:  # the name of a server may be none that DNS can have
        log_fault("audit.not_streamed", error)


def _append(path: Path, text: str) -> None:
    """Append a line; the file is opened each time, so that logrotate may move it away.

    A pipe that nobody reads fails at once.
    """
    how = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NONBLOCK
    file = os.open(path, how, 0o600)
    try:
        write_whole(file, f"{text}\n".encode())
    finally:
        os.close(file)


def _send(server: SocketAddress | None, text: str) -> None:
    place = SYSLOG_SOCKET if server is None else (server.host, server.port)
    with closing(_SyslogHandler(place, facility=SysLogHandler.LOG_AUTHPRIV)) as handler:
        handler.ident = PROGRAM
        handler.emit(logging.makeLogRecord({"msg": text, "levelname": "INFO"}))


class _SyslogHandler(SysLogHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Raise the error: the caller logs it."""
        raise  # noqa: PLE0704 - logging calls it while it handles the error

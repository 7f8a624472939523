"""Where monitoring finds us: the private address of the metrics of the pages, the audit stream."""

from dataclasses import dataclass
from pathlib import Path

from supporters.networks import is_private
from supporters.settings.variables import VariableReader

HIGHEST_PORT = 65535
SYSLOG = "syslog"
SYSLOG_PORT = 514


@dataclass(frozen=True)
class SocketAddress:
    """An address and a port."""

    host: str
    port: int


@dataclass(frozen=True, kw_only=True)
class MonitoringSettings:
    """`web_metrics` is where one process of the pages shows metrics.

    The audit log is streamed to `audit_file`, or to the syslog of a machine, or of this one
    (`to_syslog` without an address).
    """

    web_metrics: SocketAddress | None = None
    audit_file: Path | None = None
    to_syslog: bool = False
    syslog_server: SocketAddress | None = None


UNWATCHED = MonitoringSettings()


def read_monitoring(reader: VariableReader) -> MonitoringSettings:
    """Return both settings."""
    to, _, where = reader.text("AUDIT_STREAM").partition("://")
    server = None
    if to == SYSLOG and where:
        server = _read_address(where, default_port=SYSLOG_PORT)
    is_file = to.startswith("/") and not where
    if to and not is_file and (to != SYSLOG or (where and server is None)):
        what = "Give syslog, syslog://host:port, or the whole path of a file."
        reader.fault("AUDIT_STREAM", f"is {reader.text('AUDIT_STREAM')!r}. {what}")
    return MonitoringSettings(
        web_metrics=_read_web_metrics(reader),
        audit_file=Path(to) if is_file else None,
        to_syslog=to == SYSLOG,
        syslog_server=server,
    )


def _read_web_metrics(reader: VariableReader) -> SocketAddress | None:
    given = reader.text("WEB_METRICS")
    if not given:
        return None
    address = _read_address(given)
    if address is None or not is_private(address.host):
        reader.fault(
            "WEB_METRICS",
            f"is {given!r}. Give an address of this machine that strangers can't reach, and a "
            "port: 127.0.0.1:9463, or 10.0.0.5:9463 of a private network.",
        )
        return None
    return address


def _read_address(text: str, *, default_port: int = 0) -> SocketAddress | None:
    """Return a host and a port, as in 127.0.0.1:9463 and [::1]:9463; None if it is none."""
    host, _, port = text.rpartition(":") if not text.endswith("]") else (text, "", "")
    if default_port and not host:
        host, port = text, ""
    number = int(port) if port.isdecimal() else default_port if not port else 0
    host = host.removeprefix("[").removesuffix("]")
    return SocketAddress(host, number) if host and 0 < number <= HIGHEST_PORT else None

"""The encryption to the relay: offered or not, and unknown if nobody answers."""

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from supporters import clock
from supporters.config import Settings
from supporters.delivery_setup.findings import FindingState, SetupFault
from supporters.delivery_setup.relay_tls import check_tls
from tests.faults.receiver.certificates import make_certificate
from tests.servers.ports import free_port
from tests.servers.relay import Relay
from tests.servers.rude_server import RudeServer, Tls


def test_relay_without_encryption_is_red(settings: Settings, relay: Relay) -> None:
    found = check_tls(dataclasses.replace(settings, mail_tls="starttls"))
    assert (found.state, found.fault) == (FindingState.RED, SetupFault.NO_STARTTLS)


def test_relay_that_speaks_no_tls_at_all_is_red(settings: Settings, relay: Relay) -> None:
    found = check_tls(dataclasses.replace(settings, mail_tls="tls"))
    assert (found.state, found.fault) == (FindingState.RED, SetupFault.TLS_FAILED)


def test_relay_that_does_not_answer_is_unknown(settings: Settings) -> None:
    nowhere = dataclasses.replace(settings, mail_tls="starttls", mail_port=free_port())
    found = check_tls(nowhere)
    assert (found.state, found.fault) == (FindingState.UNKNOWN, SetupFault.RELAY_SILENT)


@pytest.mark.parametrize(
    ("host", "age", "is_trusted", "fault"),
    [
        ("127.0.0.1", 0, True, None),
        ("127.0.0.1", 0, False, SetupFault.CERTIFICATE_UNKNOWN),
        ("127.0.0.1", 900, True, SetupFault.CERTIFICATE_EXPIRED),
        ("localhost", 0, True, SetupFault.CERTIFICATE_OF_OTHERS),
    ],
)
def test_certificate_is_checked_as_when_sending(
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    age: int,
    is_trusted: bool,
    fault: SetupFault | None,
) -> None:
    """The fault is told in our words, not in those of OpenSSL."""
    with time_machine.travel(clock.now() - timedelta(days=age), tick=False):
        certificate = make_certificate(tmp_path / "relay.pem")
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with RudeServer({}, can=["STARTTLS"], tls=Tls(certificate)) as server:
        checked = dataclasses.replace(
            settings, mail_tls="starttls", mail_server=host, mail_port=server.port
        )
        assert check_tls(checked).fault is fault


def test_relay_on_this_machine_needs_none(settings: Settings) -> None:
    assert check_tls(settings).state is FindingState.GREEN

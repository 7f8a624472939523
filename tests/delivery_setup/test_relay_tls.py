"""The encryption to the relay: offered or not, and unknown if nobody answers."""

import dataclasses

from supporters.config import Settings
from supporters.delivery_setup.findings import FindingState, SetupFault
from supporters.delivery_setup.relay_tls import check_tls
from tests.machinery.databases import free_port
from tests.servers.relay import Relay


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


def test_relay_on_this_machine_needs_none(settings: Settings) -> None:
    assert check_tls(settings).state is FindingState.GREEN

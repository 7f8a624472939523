"""The facts of the operator about delivery, and the faults of their variables."""

import pytest

from supporters.settings.setup_settings import SetupSettings, read_setup
from supporters.settings.variables import VariableReader


def test_facts_are_read() -> None:
    reader = VariableReader(
        {
            "SUPPORTERS_DNS_SERVER": "192.0.2.53:5353",
            "SUPPORTERS_SENDING_ADDRESSES": "203.0.113.7, 2001:DB8:0::7",
            "SUPPORTERS_DKIM_SELECTORS": "Brevo1 brevo2",
        }
    )
    assert read_setup(reader) == SetupSettings(
        dns_server="192.0.2.53:5353",
        sending_addresses=("203.0.113.7", "2001:db8::7"),
        dkim_selectors=("brevo1", "brevo2"),
    )
    assert not reader.faults


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DNS_SERVER", "dns.example"),
        ("DNS_SERVER", "192.0.2.999"),
        ("SENDING_ADDRESSES", "203.0.113.7, relay.example"),
        ("DKIM_SELECTORS", "-x"),
    ],
)
def test_fault_names_the_variable(name: str, value: str) -> None:
    reader = VariableReader({f"SUPPORTERS_{name}": value})
    read_setup(reader)
    (fault,) = reader.faults
    assert fault.startswith(f"SUPPORTERS_{name} ")
    assert "Give" in fault

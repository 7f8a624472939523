"""The lines of the check of the set-up, their states, and what may be wrong with each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class SetupLine(StrEnum):
    """A line of the check. Its value is stored."""

    SPF = "spf"
    DKIM = "dkim"
    DMARC = "dmarc"
    ALIGNMENT = "alignment"
    POLICY = "policy"
    BOUNCES = "bounces"
    ANSWERS = "answers"
    PTR = "ptr"
    TLS = "tls"
    CLOCK = "clock"


class FindingState(StrEnum):
    """The state of a line. UNKNOWN stops nothing."""

    GREEN = "green"
    RED = "red"
    UNKNOWN = "unknown"


class SetupFault(StrEnum):
    """Why a line is red, or unknown. Its value is stored."""

    NO_SPF = "no_spf"
    SEVERAL_SPF = "several_spf"
    SPF_FAULTY = "spf_faulty"
    SPF_LOOKUPS = "spf_lookups"
    SPF_VOID = "spf_void"
    SPF_INCLUDE = "spf_include"
    SPF_LACKS_RELAY = "spf_lacks_relay"
    SPF_OPEN = "spf_open"
    NO_KEY = "no_key"
    KEY_REVOKED = "key_revoked"
    KEY_FAULTY = "key_faulty"
    KEY_SHORT = "key_short"
    KEY_IN_TEST = "key_in_test"
    OTHER_KEY = "other_key"
    UNSIGNED = "unsigned"
    NO_SELECTOR = "no_selector"
    NO_DMARC = "no_dmarc"
    SEVERAL_DMARC = "several_dmarc"
    DMARC_FAULTY = "dmarc_faulty"
    NOT_ALIGNED = "not_aligned"
    NEITHER_PASSES = "neither_passes"
    POLICY_NONE = "policy_none"
    NO_MAIL_HOST = "no_mail_host"
    NULL_MX = "null_mx"
    MAIL_HOST_GONE = "mail_host_gone"
    MX_WITHOUT_NAME = "mx_without_name"
    NO_PTR = "no_ptr"
    NO_ADDRESS = "no_address"
    PTR_UNCONFIRMED = "ptr_unconfirmed"
    NO_STARTTLS = "no_starttls"
    CERTIFICATE = "certificate"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_UNKNOWN = "certificate_unknown"
    CERTIFICATE_OF_OTHERS = "certificate_of_others"
    TLS_FAILED = "tls_failed"
    CLOCK_WRONG = "clock_wrong"
    DNS_SILENT = "dns_silent"
    RELAY_SILENT = "relay_silent"
    NOT_KNOWN_YET = "not_known_yet"


@dataclass(frozen=True)
class DnsRecord:
    """A record to publish. An empty value is one that only the provider knows."""

    name: str
    type: str
    value: str


@dataclass(frozen=True)
class Finding:
    """A line of the check. `found` is what was found; `values` are those of the fault's words.

    While one that `is_required` is red, no campaign may leave (REQ-73).
    """

    line: SetupLine
    state: FindingState
    record_to_publish: DnsRecord | None = None
    fault: SetupFault | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    found: str = ""
    is_required: bool = False

    @property
    def stops_sending(self) -> bool:
        """Whether no campaign may leave because of it."""
        return self.state is FindingState.RED and self.is_required


def green(line: SetupLine, found: str = "") -> Finding:
    """Return a finding without a fault."""
    return Finding(line, FindingState.GREEN, found=found)


def red(
    line: SetupLine,
    fault: SetupFault,
    record: DnsRecord | None = None,
    *,
    found: str = "",
    **values: str,
) -> Finding:
    """Return a fault, with the record that mends it."""
    return Finding(line, FindingState.RED, record, fault, values, found)


def unknown(line: SetupLine, fault: SetupFault, **values: str) -> Finding:
    """Return a line that can't be judged now."""
    return Finding(line, FindingState.UNKNOWN, None, fault, values)


def stopping(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings because of which nothing may be sent."""
    return [each for each in findings if each.stops_sending]

"""Relays that many parties use: how they are recognised, and what they ask for in DNS."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class RelayProvider(StrEnum):
    """A service that sends the emails of others."""

    BREVO = "brevo"
    MAILJET = "mailjet"
    SES = "ses"
    SCALEWAY = "scaleway"
    INFOMANIAK = "infomaniak"
    OVH = "ovh"
    GANDI = "gandi"


@dataclass(frozen=True, kw_only=True)
class RelayRecords:
    """The hosts of a provider, its terms of SPF, and the selectors of its keys, if all share them.

    `owns_envelope` tells that it replaces our envelope sender by one of its own.
    """

    hosts: tuple[str, ...]
    spf: tuple[str, ...]
    selectors: tuple[str, ...] = ()
    key_type: str = "CNAME"
    key_value: str = ""
    owns_envelope: bool = False


# From the providers' documentation, November 2026.
RECORDS: Mapping[RelayProvider, RelayRecords] = {
    RelayProvider.BREVO: RelayRecords(
        hosts=("brevo.com", "sendinblue.com"),
        spf=("include:spf.brevo.com",),
        selectors=("brevo1", "brevo2", "mail"),
        key_value="b1.{dashed}.dkim.brevo.com.",
        owns_envelope=True,
    ),
    RelayProvider.MAILJET: RelayRecords(
        hosts=("mailjet.com",),
        spf=("include:spf.mailjet.com",),
        selectors=("mailjet",),
        key_type="TXT",
        owns_envelope=True,
    ),
    RelayProvider.SES: RelayRecords(
        hosts=("amazonaws.com",), spf=("include:amazonses.com",), owns_envelope=True
    ),
    RelayProvider.SCALEWAY: RelayRecords(
        hosts=("scaleway.com", "scw.cloud"), spf=("include:_spf.tem.scaleway.com",)
    ),
    RelayProvider.INFOMANIAK: RelayRecords(
        hosts=("infomaniak.com", "infomaniak.ch"), spf=("include:spf.infomaniak.ch",)
    ),
    RelayProvider.OVH: RelayRecords(
        hosts=("ovh.net", "ovh.com", "mail.ovh.ca"), spf=("include:mx.ovh.com",)
    ),
    RelayProvider.GANDI: RelayRecords(
        hosts=("gandi.net",),
        spf=("include:_mailcust.gandi.net",),
        selectors=("gm1", "gm2", "gm3"),
        key_value="gm1.gandimail.net.",
    ),
}


def find_provider(relay_host: str) -> RelayProvider | None:
    """Return the provider of a relay; None if we don't know it."""
    host = relay_host.lower().rstrip(".")
    for provider, records in RECORDS.items():
        if any(host == each or host.endswith(f".{each}") for each in records.hosts):
            return provider
    return None

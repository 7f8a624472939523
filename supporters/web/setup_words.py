"""The check of the delivery set-up in words, for its page, its command and the doctor."""

from typing import NamedTuple

from flask_babel import gettext

from supporters.delivery_setup.findings import DnsRecord, Finding
from supporters.delivery_setup.loop_comparison import LoopFault, LoopFinding
from supporters.delivery_setup.loop_test import LoopResult
from supporters.delivery_setup.relay_records import find_provider
from supporters.mail.dkim.rules import LONGEST_STRING, KeyRecord
from supporters.web.labels import Use, label

TRACKING = {LoopFault.PICTURE_ADDED, LoopFault.LINK_REWRITTEN}


class FormRecord(NamedTuple):
    """A record as the forms of DNS companies ask for it.

    `short` is its name in a form that adds the domain, if it is certain. `strings` and `zone_line`
    have a long value in pieces.
    """

    name: str
    type: str
    value: str
    short: str = ""
    strings: str = ""
    zone_line: str = ""


def fit_form(record: DnsRecord, domain: str) -> FormRecord:
    """Return a record for a form. A domain under another one may have no form of its own."""
    short = ""
    if domain.count(".") == 1 and f".{record.name}".endswith(f".{domain}"):
        short = record.name.removesuffix(domain).rstrip(".") or "@"
    if record.type != "TXT" or len(record.value) <= LONGEST_STRING:
        return FormRecord(record.name, record.type, record.value, short)
    pieces = KeyRecord(record.name, record.value)
    strings = " ".join(f'"{each}"' for each in pieces.strings)
    return FormRecord(record.name, record.type, record.value, short, strings, pieces.zone_line)


def describe_finding(finding: Finding) -> str:
    """Return what is wrong, or what is right."""
    if finding.fault is None:
        return label(finding.line, Use.MEANING)
    return label(finding.fault) % dict(finding.values)


def describe_loop_fault(finding: LoopFinding, relay_host: str) -> str:
    """Return what the relay did, and where that is switched off."""
    provider = find_provider(relay_host)
    relay = label(provider) if provider else relay_host
    words = label(finding.fault) % {"relay": relay, "detail": finding.detail}
    if finding.fault not in TRACKING:
        return words
    how = gettext("Switch the tracking of opens and clicks off there, or ask its support.")
    return f"{words}. {label(provider, Use.MEANING) if provider else how}"


def describe_loop(result: LoopResult) -> list[str]:
    """Return what the loop test of a shape says; an empty list if nothing is wrong."""
    if result.refusal:
        return [gettext("The mail server refused it: %(reply)s", reply=result.refusal)]
    if result.faults is not None:
        return [describe_loop_fault(each, result.relay_host) for each in result.faults]
    if result.is_given_up:
        return [gettext("Nothing arrived after 15 minutes. Does somebody read the bounces?")]
    return [gettext("Sent. It hasn’t arrived yet.")]

"""Checks DMARC by the walk up the tree, and whether SPF or DKIM is aligned with the From domain."""

from collections.abc import Sequence
from dataclasses import dataclass

from supporters.delivery_setup.dmarc_records import (
    ENFORCED,
    POLICIES,
    DmarcRecord,
    find_organisation,
    is_dmarc,
    list_walk,
    read_dmarc,
    read_dmarc_tags,
    write_dmarc,
)
from supporters.delivery_setup.findings import (
    DnsRecord,
    Finding,
    SetupFault,
    SetupLine,
    green,
    red,
    unknown,
)
from supporters.dns_lookups import Dns


@dataclass(frozen=True)
class Walk:
    """The finds of a walk: the valid records, upwards, and the organizational domain."""

    domain: str
    records: Sequence[DmarcRecord]

    @property
    def organisation(self) -> str:
        """The organizational domain: relaxed alignment compares it."""
        return find_organisation(self.domain, self.records)

    @property
    def record(self) -> DmarcRecord | None:
        """The record whose policy counts: of the domain, its organization, or its suffix."""
        by_domain = {each.domain: each for each in self.records}
        suffix = next((each for each in self.records if each.psd == "y"), None)
        return by_domain.get(self.domain) or by_domain.get(self.organisation) or suffix


@dataclass(frozen=True)
class Authentication:
    """A domain that SPF or DKIM vouches for, and whether it does; None if that isn't known."""

    kind: str  # aspf or adkim
    domain: str
    passes: bool | None


def walk(dns: Dns, domain: str) -> Walk:
    """Walk up the tree of names from a domain. Raises DnsSilent."""
    records = []
    for each in list_walk(domain):
        texts = [text for text in dns.texts(f"_dmarc.{each}") if is_dmarc(text)]
        record = read_dmarc(each, texts[0]) if len(texts) == 1 else None
        if record:
            records.append(record)
            if record.psd in {"n", "y"}:
                break
    return Walk(domain.lower(), records)


def check_dmarc(dns: Dns, walked: Walk) -> Finding:
    """Check that a domain has one valid record, of its own or above it. Raises DnsSilent."""
    name = f"_dmarc.{walked.domain}"
    texts = sorted(filter(is_dmarc, dns.texts(name)), key=_strictness, reverse=True)
    tags = read_dmarc_tags(texts[0]) if texts else {}
    record = DnsRecord(name, "TXT", write_dmarc(tags))
    found = "\n".join(texts)
    if len(texts) > 1:
        return red(SetupLine.DMARC, SetupFault.SEVERAL_DMARC, record, found=found, name=name)
    if texts and not any(each.domain == walked.domain for each in walked.records):
        return red(SetupLine.DMARC, SetupFault.DMARC_FAULTY, record, found=found, name=name)
    if walked.record is None:
        return red(SetupLine.DMARC, SetupFault.NO_DMARC, record, name=name)
    return green(SetupLine.DMARC, f"_dmarc.{walked.record.domain}: {_write(walked.record)}")


def _strictness(text: str) -> tuple[int, str]:
    policy = read_dmarc_tags(text).get("p", "").lower()
    return (POLICIES.index(policy) if policy in POLICIES else -1), text


def check_policy(dns: Dns, walked: Walk) -> Finding | None:
    """Check that receivers are asked to hold back forged emails; None without a record.

    Internet.nl asks for it. No receiver refuses our emails because of it. Raises DnsSilent.
    """
    record = walked.record
    if record is None:
        return None
    is_under = record.domain != walked.domain
    policy = record.policy_of(walked.domain, exists=not is_under or dns.exists(walked.domain))
    if policy in ENFORCED:
        return green(SetupLine.POLICY, policy)
    changed = {"sp" if is_under else "p": "quarantine"}
    tags = {name: value for name, value in record.tags.items() if name != "t"}
    mended = DnsRecord(f"_dmarc.{record.domain}", "TXT", write_dmarc(tags, **changed))
    return red(
        SetupLine.POLICY,
        SetupFault.POLICY_NONE,
        mended,
        found=_write(record),
        domain=walked.domain,
    )


def _write(record: DmarcRecord) -> str:
    return "; ".join(f"{name}={value}" for name, value in record.tags.items())


def check_alignment(dns: Dns, walked: Walk, authentications: Sequence[Authentication]) -> Finding:
    """Check that SPF or DKIM vouches for the From domain or its family. Raises DnsSilent."""
    aligned = [each for each in authentications if _is_aligned(dns, walked, each)]
    if passing := [each for each in aligned if each.passes]:
        return green(SetupLine.ALIGNMENT, ", ".join(each.domain for each in passing))
    if any(each.passes is None for each in aligned):
        return unknown(SetupLine.ALIGNMENT, SetupFault.NOT_KNOWN_YET)
    proved = dict.fromkeys(each.domain for each in authentications if each.passes is not False)
    if not proved:
        return red(SetupLine.ALIGNMENT, SetupFault.NEITHER_PASSES)
    domains = ", ".join(proved)
    return red(SetupLine.ALIGNMENT, SetupFault.NOT_ALIGNED, domain=walked.domain, domains=domains)


def _is_aligned(dns: Dns, walked: Walk, authentication: Authentication) -> bool:
    domain = authentication.domain.lower()
    if walked.record and walked.record.is_strict(authentication.kind):
        return domain == walked.domain
    return domain == walked.domain or walk(dns, domain).organisation == walked.organisation

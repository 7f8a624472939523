"""Runs all checks of the set-up at once. None of them waits longer than a few seconds."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from ipaddress import ip_address
from typing import Any, TypeVar
from urllib.parse import urlsplit

from supporters.config import Settings
from supporters.delivery_setup.dkim_check import DkimVerdict, PublishedKey, check_dkim
from supporters.delivery_setup.dmarc_check import (
    Authentication,
    Walk,
    check_alignment,
    check_dmarc,
    check_policy,
    walk,
)
from supporters.delivery_setup.findings import (
    Finding,
    FindingState,
    SetupFault,
    SetupLine,
    green,
    red,
    unknown,
)
from supporters.delivery_setup.host_checks import check_mail_hosts, check_ptr
from supporters.delivery_setup.relay_records import RECORDS, RelayRecords, find_provider
from supporters.delivery_setup.relay_tls import check_tls
from supporters.delivery_setup.spf_check import SpfVerdict, check_spf
from supporters.dns_lookups import Dns, DnsSilent
from supporters.loopback import is_this_machine
from supporters.people.domain_groups import domain_of

T = TypeVar("T")
CHECK_SECONDS = 12.0
CLOCK_MAY_DIFFER = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class SetupFacts:
    """The settings and the database as they are, before DNS is asked.

    `keys` are those that we sign with, or that signed the last loop test. `is_unsigned` tells that
    it came back without a signature.
    """

    settings: Settings
    keys: Sequence[PublishedKey]
    clock_offset: timedelta = timedelta()
    has_intake: bool = False
    is_unsigned: bool = False

    @property
    def owns_envelope(self) -> bool:
        """Whether the provider's own domain is the envelope sender, so SPF says nothing of ours."""
        return bool(self.records and self.records.owns_envelope)

    @property
    def from_domain(self) -> str:
        """The domain of the sender address."""
        return self.settings.mail_domain.lower()

    @property
    def bounce_domain(self) -> str:
        """The domain of the envelope senders: receivers check its SPF record."""
        return domain_of(self.settings.bounce_address)

    @property
    def answer_domains(self) -> list[str]:
        """The domains that people answer to."""
        return [self.from_domain, domain_of(self.settings.party_contact)]

    @property
    def site_host(self) -> str:
        """The host of this site."""
        return urlsplit(self.settings.base_url).hostname or ""

    @property
    def records(self) -> RelayRecords | None:
        """The hosts and records of the relay's provider, if we know it."""
        provider = find_provider(self.settings.mail_server)
        return RECORDS[provider] if provider else None

    @property
    def lacking(self) -> list[str]:
        """The terms of SPF that authorise our relay."""
        if self.records:
            return [] if self.owns_envelope else [*self.records.spf]
        if senders := self.settings.setup.sending_addresses:
            return [f"ip{ip_address(each).version}:{each}" for each in senders]
        relay = self.settings.mail_server
        return [f"a:{self.site_host if is_this_machine(relay) else relay}"]

    @property
    def all_keys(self) -> list[PublishedKey]:
        """The keys that are known to sign; else those of the settings, else of the provider."""
        given = self.settings.setup.dkim_selectors
        keys = [*self.keys] or [PublishedKey(self.from_domain, each) for each in given]
        if keys or self.records is None:
            return keys
        value = self.records.key_value.format(dashed=self.from_domain.replace(".", "-"))
        kind = self.records.key_type
        return [
            PublishedKey(self.from_domain, each, is_one_of_several=True, type=kind, hint=value)
            for each in self.records.selectors
        ]


def examine(dns: Dns, facts: SetupFacts, seconds: float = CHECK_SECONDS) -> list[Finding]:
    """Return all findings, in the order of the lines."""
    found = {each.line: each for each in _run(dns, facts, seconds)}
    required = {SetupLine.DKIM, SetupLine.DMARC, SetupLine.ALIGNMENT, SetupLine.PTR}
    if facts.has_intake:
        required.add(SetupLine.BOUNCES)
    return [
        replace(found[line], is_required=found[line].is_required or line in required)
        for line in SetupLine
        if line in found
    ]


def join_streams(findings: Sequence[Finding], others: Sequence[Finding]) -> list[Finding]:
    """Return findings with the faults of a second stream, which stop no campaign.

    A line that is right in both tells both.
    """
    second = {each.line: each for each in others}
    return [_worse(each, second.get(each.line, each)) for each in findings]


def _worse(one: Finding, other: Finding) -> Finding:
    if one.state is not FindingState.RED and other.state is FindingState.RED:
        return replace(other, is_required=False)
    if one.state is other.state is FindingState.GREEN and one.found != other.found:
        return replace(one, found=f"{one.found}\n{other.found}")
    return one


def _run(dns: Dns, facts: SetupFacts, seconds: float) -> Iterator[Finding]:
    """Yield the findings. A check that doesn't end in time is unknown."""
    senders, lacking = facts.settings.setup.sending_addresses, facts.lacking
    pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="setup-check")
    spf = pool.submit(check_spf, dns, facts.bounce_domain, lacking=lacking, senders=senders)
    dkim = pool.submit(
        check_dkim, dns, facts.all_keys, facts.from_domain, is_unsigned=facts.is_unsigned
    )
    walked = pool.submit(walk, dns, facts.from_domain)
    hosts = {SetupLine.BOUNCES: [facts.bounce_domain], SetupLine.ANSWERS: facts.answer_domains}
    others: dict[SetupLine, Future[Finding]] = {
        line: pool.submit(check_mail_hosts, dns, line, domains, suggested=facts.site_host)
        for line, domains in hosts.items()
    }
    others[SetupLine.TLS] = pool.submit(check_tls, facts.settings)
    if senders:
        others[SetupLine.PTR] = pool.submit(check_ptr, dns, senders, suggested=facts.site_host)
    elif facts.records is None:
        yield unknown(SetupLine.PTR, SetupFault.NO_ADDRESS)
    awaited: list[Future[Any]] = [spf, dkim, walked, *others.values()]
    wait(awaited, timeout=seconds)
    pool.shutdown(wait=False, cancel_futures=True)
    for line, future in others.items():
        yield _settle(line, partial(_result, future))
    yield from _judge(dns, facts, (spf, dkim, walked))
    yield check_clock(facts.clock_offset)


def _judge(
    dns: Dns,
    facts: SetupFacts,
    futures: tuple[Future[SpfVerdict], Future[DkimVerdict], Future[Walk]],
) -> Iterator[Finding]:
    """Yield the findings about authentication: alignment depends on the others."""
    spf, dkim, walked = futures
    yield _settle(SetupLine.SPF, lambda: _require(_result(spf), facts))
    yield _settle(SetupLine.DKIM, lambda: _result(dkim).finding)
    yield _settle(SetupLine.DMARC, lambda: check_dmarc(dns, _result(walked)))
    known = [*_list_signers(dkim, facts.from_domain)]
    if not facts.owns_envelope:
        known.append(Authentication("aspf", facts.bounce_domain, _passes(spf)))
    yield _settle(SetupLine.ALIGNMENT, lambda: check_alignment(dns, _result(walked), known))
    with suppress(DnsSilent):
        if policy := check_policy(dns, _result(walked)):
            yield policy


def _result(future: Future[T]) -> T:
    """Return what a check found. Raises DnsSilent, also for a check that didn't end in time."""
    if not future.done():
        raise DnsSilent("")
    return future.result()


def _settle(line: SetupLine, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except DnsSilent as silent:
        return unknown(line, SetupFault.DNS_SILENT, name=silent.name)


def _require(spf: SpfVerdict, facts: SetupFacts) -> Finding:
    """Return the finding of SPF, required where it is sure that our emails fail."""
    return replace(spf.finding, is_required=spf.passes is False and not facts.owns_envelope)


def _passes(spf: Future[SpfVerdict]) -> bool | None:
    try:
        return _result(spf).passes
    except DnsSilent:
        return None


def _list_signers(dkim: Future[DkimVerdict], from_domain: str) -> Sequence[Authentication]:
    """Return who signs. A key that we don't know of may be right."""
    try:
        return _result(dkim).authentications
    except DnsSilent:
        return [Authentication("adkim", from_domain, None)]


def check_clock(offset: timedelta) -> Finding:
    """Check that this machine has the time of the database."""
    if abs(offset) <= CLOCK_MAY_DIFFER:
        return green(SetupLine.CLOCK)
    seconds = str(int(abs(offset).total_seconds()))
    return red(SetupLine.CLOCK, SetupFault.CLOCK_WRONG, seconds=seconds)

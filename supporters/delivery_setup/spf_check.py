"""Checks the SPF record of a domain as receivers evaluate it (RFC 7208), and mends it on paper."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_network

from supporters.delivery_setup.findings import DnsRecord, Finding, SetupFault, SetupLine, green, red
from supporters.delivery_setup.spf_records import (
    VERSION,
    Network,
    SpfFaulty,
    SpfTerm,
    is_spf,
    list_readable,
    read_spf,
    write_spf,
)
from supporters.dns_lookups import NOWHERE, Dns

MOST_LOOKUPS = 10  # section 4.6.4
MOST_VOID = 2
MOST_HOSTS = 10
DEEPEST = 10
LONGEST_VALUE = 1_500  # a longer one doesn't fit into one packet


@dataclass
class Branch:
    """A term with what DNS says of it, and of all terms that it includes."""

    term: SpfTerm
    networks: list[Network] = field(default_factory=list)
    included: list["Branch"] = field(default_factory=list)
    lookups: int = 0
    void: int = 0
    fault: tuple[SetupFault, str] | None = None

    def matches(self, address: str) -> bool | None:
        """Tell whether an address matches; None if that depends on each email."""
        if self.term.name == "all":
            return True
        if self.term.name in {"include", "redirect"}:
            return None if self.term.has_macro else authorises(self.included, address)
        if self.term.has_macro or self.term.name in {"ptr", "exists"}:
            return None
        return any(ip_address(address) in each for each in self.networks)


@dataclass(frozen=True)
class SpfVerdict:
    """The finding, and whether our emails pass SPF; None if that isn't known."""

    finding: Finding
    passes: bool | None


def authorises(branches: Sequence[Branch], address: str) -> bool | None:
    """Tell whether an address may send for a domain; None if that depends on each email."""
    is_sure = True
    for branch in sorted(branches, key=lambda each: each.term.name == "redirect"):
        if branch.term.name == "redirect" and any(each.term.name == "all" for each in branches):
            continue
        matched = branch.matches(address)
        if matched:
            return branch.term.qualifier == "+" if is_sure else None
        is_sure = is_sure and matched is not None
    return False if is_sure else None


def check_spf(
    dns: Dns, domain: str, *, lacking: Sequence[str], senders: Sequence[str]
) -> SpfVerdict:
    """Check the record of a domain. `lacking` are terms that authorise our relay, if known.

    `senders` are the addresses that our emails come from, if known. Raises DnsSilent.
    """
    texts = dns.texts(domain)
    records = sorted(filter(is_spf, texts))
    if len(records) != 1:
        fault = SetupFault.SEVERAL_SPF if records else SetupFault.NO_SPF
        terms = [term for each in records for term in list_readable(each)]
        meant = records or [each for each in texts if VERSION in each.lower()]
        return _refuse(
            fault, domain, write_spf(terms, lacking=_missing(terms, lacking)), found=meant
        )
    try:
        branches = grow(dns, domain, read_spf(records[0]))
    except SpfFaulty as error:
        terms = list_readable(records[0])
        mended = write_spf(terms, lacking=_missing(terms, lacking))
        return _refuse(SetupFault.SPF_FAULTY, domain, mended, found=records, term=str(error))
    return _judge(domain, records, branches, lacking=lacking, senders=senders)


def _judge(
    domain: str,
    records: list[str],
    branches: list[Branch],
    *,
    lacking: Sequence[str],
    senders: Sequence[str],
) -> SpfVerdict:
    terms = [each.term for each in branches]
    missing = _missing(terms, lacking)
    faulty = next((each.fault for each in branches if each.fault), None)
    if faulty:
        sound = [each.term for each in branches if not each.fault]
        value = write_spf(sound, lacking=missing)
        return _refuse(faulty[0], domain, value, found=records, term=faulty[1])
    if sum(each.void for each in branches) > MOST_VOID:
        sound = [each.term for each in branches if not each.void]
        return _refuse(
            SetupFault.SPF_VOID, domain, write_spf(sound, lacking=missing), found=records
        )
    if (count := sum(each.lookups for each in branches)) > MOST_LOOKUPS:
        value = write_spf(shorten(branches, lacking), lacking=missing)
        return _refuse(SetupFault.SPF_LOOKUPS, domain, value, found=records, count=str(count))
    answers = [authorises(branches, each) for each in senders]
    is_lacking = False in answers if senders else bool(missing) and not _is_named(branches, missing)
    whole = write_spf(terms, lacking=missing if is_lacking else ())
    if is_lacking:
        named = ", ".join(each for each, answer in zip(senders, answers, strict=True) if not answer)
        named = named or " ".join(missing)
        fault = SetupFault.SPF_LACKS_RELAY
        verdict = _refuse(fault, domain, whole, found=records, relay=named)
        return verdict if senders else replace(verdict, passes=None)  # its name is a guess
    if _is_open(branches):
        finding = _refuse(SetupFault.SPF_OPEN, domain, whole, found=records).finding
        return SpfVerdict(finding, passes=True)
    return SpfVerdict(green(SetupLine.SPF, records[0]), None if None in answers else True)


def _refuse(
    fault: SetupFault, domain: str, value: str, *, found: Sequence[str], **values: str
) -> SpfVerdict:
    record = DnsRecord(domain, "TXT", value)
    values = {"domain": domain, **values}
    finding = red(SetupLine.SPF, fault, record, found="\n".join(found), **values)
    return SpfVerdict(finding, passes=False)


def _missing(terms: Sequence[SpfTerm], lacking: Sequence[str]) -> list[str]:
    have = {each.text.lower().removeprefix("+") for each in terms}
    return [each for each in lacking if each.lower() not in have]


def _is_named(branches: Sequence[Branch], missing: Sequence[str]) -> bool:
    """Tell whether a record that is included names what the record itself lacks."""
    named = {each.term.text.lower() for each in _walk(branches)}
    return all(each.lower() in named for each in missing)


def _walk(branches: Sequence[Branch]) -> Iterator[Branch]:
    for each in branches:
        yield each
        yield from _walk(each.included)


def _is_open(branches: Sequence[Branch]) -> bool:
    """Tell whether the record asks for nothing against emails of strangers."""
    ends = [each.term for each in branches if each.term.name == "all"]
    if ends:
        return ends[0].qualifier in {"+", "?"}
    redirects = [each for each in branches if each.term.name == "redirect"]
    return _is_open(redirects[0].included) if redirects else True


def grow(
    dns: Dns, domain: str, terms: Sequence[SpfTerm], *, above: Sequence[str] = ()
) -> list[Branch]:
    """Return the terms of a record with what DNS says of each. Raises DnsSilent."""
    has_end = any(each.name == "all" for each in terms)
    used = [each for each in terms if not (has_end and each.name == "redirect")]
    return [_grow_term(dns, domain, each, above=[*above, domain.lower()]) for each in used]


def _grow_term(dns: Dns, domain: str, term: SpfTerm, *, above: list[str]) -> Branch:
    branch = Branch(term, lookups=int(term.asks_dns))
    target = (term.domain or domain).rstrip(".")
    if term.has_macro:
        return branch
    match term.name:
        case "ip4" | "ip6" if term.network:
            branch.networks = [term.network]
        case "a":
            branch.networks = _networks(dns.addresses(target), term)
            branch.void = int(not branch.networks)
        case "mx":
            hosts = [each for each in dns.mail_hosts(target) if each != NOWHERE]
            found = [address for each in hosts[:MOST_HOSTS] for address in dns.addresses(each)]
            branch.networks, branch.void = _networks(found, term), int(not hosts)
            if len(hosts) > MOST_HOSTS:
                branch.fault = SetupFault.SPF_FAULTY, term.text
        case "include" | "redirect":
            _include(dns, target, branch, above=above)
    return branch


def _include(dns: Dns, target: str, branch: Branch, *, above: list[str]) -> None:
    records = [each for each in dns.texts(target) if is_spf(each)]
    branch.void = int(not dns.texts(target))
    if target.lower() in above or len(above) > DEEPEST or len(records) != 1:
        branch.fault = SetupFault.SPF_INCLUDE, branch.term.text
        return
    try:
        branch.included = grow(dns, target, read_spf(records[0]), above=above)
    except SpfFaulty:
        branch.fault = SetupFault.SPF_INCLUDE, branch.term.text
        return
    branch.lookups += sum(each.lookups for each in branch.included)
    branch.void += sum(each.void for each in branch.included)
    if any(each.fault for each in branch.included):
        branch.fault = SetupFault.SPF_INCLUDE, branch.term.text


def _networks(addresses: Sequence[str], term: SpfTerm) -> list[Network]:
    prefixes = {4: term.prefixes[0], 6: term.prefixes[1]}
    return [
        ip_network(f"{each}/{prefixes[ip_address(each).version]}", strict=False)
        for each in addresses
    ]


def shorten(branches: Sequence[Branch], lacking: Sequence[str]) -> list[SpfTerm]:
    """Return terms with at most ten look-ups: the dearest ones are written as addresses.

    The terms of our own relay stay. `ptr` goes: receivers ignore it (section 5.5).
    """
    chosen = {at: [each.term] for at, each in enumerate(branches) if each.term.name != "ptr"}
    costs = {at: branches[at].lookups for at in chosen}
    own = {each.lower() for each in lacking}
    room = MOST_LOOKUPS - sum(each.startswith(("include:", "a:", "mx")) for each in own)
    dearest = sorted(costs, key=lambda at: (branches[at].term.name != "a", -costs[at]))
    for at in dearest:
        if sum(costs.values()) <= room:
            break
        addresses = _as_addresses(branches[at])
        if branches[at].term.text.lower() in own or not addresses:
            continue
        flat = [term for number, terms in chosen.items() if number != at for term in terms]
        if len(write_spf([*flat, *addresses])) <= LONGEST_VALUE:
            chosen[at], costs[at] = addresses, 0
    return [term for terms in chosen.values() for term in terms]


def _as_addresses(branch: Branch) -> list[SpfTerm]:
    """Return the addresses that a term stands for; an empty list if they aren't certain."""
    within = [each for each in _walk([branch]) if each.term.name != "all"]
    is_plain = all(
        each.term.qualifier == "+" and not each.term.has_macro and each.term.name != "exists"
        for each in within
    )
    if not is_plain:
        return []
    networks = dict.fromkeys(network for each in within for network in each.networks)
    return [
        SpfTerm(f"ip{each.version}", network=each, text=f"ip{each.version}:{_bare(each)}")
        for each in networks
    ]


def _bare(network: Network) -> str:
    is_one = network.prefixlen == network.max_prefixlen
    return str(network.network_address) if is_one else str(network)

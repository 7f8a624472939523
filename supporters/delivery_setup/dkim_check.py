"""Checks that the keys of our signatures are published, as receivers read them (RFC 6376)."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from supporters.delivery_setup.dmarc_check import Authentication
from supporters.delivery_setup.findings import (
    DnsRecord,
    Finding,
    FindingState,
    SetupFault,
    SetupLine,
    green,
    red,
    unknown,
)
from supporters.dns_lookups import Dns
from supporters.mail.dkim.rules import is_in_test, read_tags, suits_emails

SHORTEST_KEY = 1024  # RFC 8301 section 3.2: a verifier must not accept less


@dataclass(frozen=True)
class PublishedKey:
    """A key that signs our emails. `record` is its record, if the key is ours.

    Of ours, one without `signs` did so, or will. A provider signs with one of several; `type` and
    `hint` are those of its records.
    """

    domain: str
    selector: str
    record: str = ""
    signs: bool = True
    is_one_of_several: bool = False
    type: str = "TXT"
    hint: str = ""

    @property
    def name(self) -> str:
        """The name of its record."""
        return f"{self.selector}._domainkey.{self.domain}"


@dataclass(frozen=True)
class DkimVerdict:
    """The finding, and the domains that sign, each with whether its signatures verify."""

    finding: Finding
    authentications: Sequence[Authentication]


def check_dkim(
    dns: Dns, keys: Sequence[PublishedKey], from_domain: str, *, is_unsigned: bool = False
) -> DkimVerdict:
    """Check the keys that are known. Raises DnsSilent.

    `is_unsigned` tells that a message of ours came back without a signature.
    """
    if not keys and is_unsigned:
        return DkimVerdict(red(SetupLine.DKIM, SetupFault.UNSIGNED), [])
    if not keys:
        finding = unknown(SetupLine.DKIM, SetupFault.NO_SELECTOR)
        return DkimVerdict(finding, [Authentication("adkim", from_domain, None)])
    keys = [each for each in keys if is_family(each.domain, from_domain)] or keys
    own = [(each, _check_key(dns, each)) for each in keys if not each.is_one_of_several]
    faults = [finding for _, finding in own if finding.state is FindingState.RED]
    passes = [Authentication("adkim", each.domain, _passes(finding)) for each, finding in own]
    shared = [(each, _check_key(dns, each)) for each in keys if each.is_one_of_several]
    working = [pair for pair in shared if _passes(pair[1])]
    if shared:
        best = working or shared
        passes += [Authentication("adkim", best[0][0].domain, bool(working))]
        faults += [] if working else [shared[0][1]]
    right = [finding for _, finding in (*own, *working) if _passes(finding)]
    found = "\n".join(each.found for each in right)
    return DkimVerdict(faults[0] if faults else green(SetupLine.DKIM, found), passes)


def is_family(one: str, other: str) -> bool:
    """Tell whether two domains look like one organisation's, without asking DNS."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _passes(finding: Finding) -> bool:
    return finding.state is FindingState.GREEN


def _check_key(dns: Dns, key: PublishedKey) -> Finding:
    record = DnsRecord(key.name, key.type, key.record or key.hint)
    texts = dns.texts(key.name)
    if not texts:
        return red(SetupLine.DKIM, SetupFault.NO_KEY, record, name=key.name)
    tags = [read_tags(each) for each in texts]
    if len(texts) > 1 or tags[0].get("v", "DKIM1") != "DKIM1" or "p" not in tags[0]:
        found = "\n".join(texts)
        return red(SetupLine.DKIM, SetupFault.KEY_FAULTY, record, found=found, name=key.name)
    published = "".join(tags[0]["p"].split())
    if not published:
        return red(SetupLine.DKIM, SetupFault.KEY_REVOKED, record, found=texts[0], name=key.name)
    if key.record and published != "".join(read_tags(key.record).get("p", "").split()):
        return red(SetupLine.DKIM, SetupFault.OTHER_KEY, record, found=texts[0], name=key.name)
    fault = _find_weakness(tags[0])
    if fault:
        return red(SetupLine.DKIM, fault, record, found=texts[0], name=key.name)
    return green(SetupLine.DKIM, key.name)


def _find_weakness(tags: Mapping[str, str]) -> SetupFault | None:
    if is_in_test(tags):
        return SetupFault.KEY_IN_TEST
    if not suits_emails(tags):
        return SetupFault.KEY_FAULTY
    if tags.get("k", "rsa") != "rsa":
        return None
    key = read_rsa_key(tags["p"])
    if key is None:
        return SetupFault.KEY_FAULTY
    return SetupFault.KEY_SHORT if key.key_size < SHORTEST_KEY else None


def read_rsa_key(published: str) -> RSAPublicKey | None:
    """Return the key of a record, from its tag `p`; None if it is none of RSA."""
    try:
        key = load_der_public_key(b64decode("".join(published.split()), validate=True))
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, RSAPublicKey) else None

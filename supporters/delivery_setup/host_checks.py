"""Checks the mail servers of our domains, and the names of the addresses that we send from."""

from collections.abc import Sequence

from supporters.delivery_setup.findings import DnsRecord, Finding, SetupFault, SetupLine, green, red
from supporters.dns_lookups import NOWHERE, Dns, reverse_name


def check_mail_hosts(
    dns: Dns, line: SetupLine, domains: Sequence[str], *, suggested: str
) -> Finding:
    """Check that emails to these domains can be delivered. Raises DnsSilent.

    `suggested` is a host that could take them.
    """
    found = []
    for domain in dict.fromkeys(domains):
        record = DnsRecord(domain, "MX", f"10 {suggested}." if suggested else "")
        hosts = dns.mail_hosts(domain)
        if NOWHERE in hosts:
            return red(line, SetupFault.NULL_MX, record, domain=domain)
        if not hosts and not dns.addresses(domain):
            return red(line, SetupFault.NO_MAIL_HOST, record, domain=domain)
        if hosts and not any(dns.addresses(each) for each in hosts):
            is_address = any(map(_is_address, hosts))
            missing = record if is_address else DnsRecord(hosts[0], "A", "")
            fault = SetupFault.MX_WITHOUT_NAME if is_address else SetupFault.MAIL_HOST_GONE
            return red(line, fault, missing, domain=domain, host=", ".join(hosts))
        found.append(f"{domain}: {', '.join(hosts) or domain}")
    return green(line, "\n".join(found))


def _is_address(host: str) -> bool:
    return host.replace(".", "").isdecimal()


def check_ptr(dns: Dns, addresses: Sequence[str], *, suggested: str) -> Finding:
    """Check that each address has a name, and that the name has the address. Raises DnsSilent."""
    found = []
    for address in addresses:
        names = dns.names_of(address)
        if not names:
            record = DnsRecord(reverse_name(address), "PTR", f"{suggested}.")
            return red(SetupLine.PTR, SetupFault.NO_PTR, record, address=address)
        if not any(address in dns.addresses(each) for each in names):
            kind = "AAAA" if ":" in address else "A"
            record = DnsRecord(names[0], kind, address)
            fault = SetupFault.PTR_UNCONFIRMED
            return red(SetupLine.PTR, fault, record, address=address, host=names[0])
        found.append(f"{address}: {names[0]}")
    return green(SetupLine.PTR, "\n".join(found))

"""The addresses of this site, its source and the party's other sites, and the relay's country."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import urlsplit

from supporters.settings.variables import VariableReader, normalise_base_url
from supporters.text.countries import UNION, is_country

LOCAL_URL = "http://127.0.0.1:5000"
LARGEST = {4: 16, 6: 32}  # bits of the largest network that one party has


def read_base_url(reader: VariableReader, *, is_development: bool) -> str:
    """Return the address of this site, as browsers write it."""
    value = reader.text("BASE_URL", LOCAL_URL if is_development else "")
    base_url = normalise_base_url(value)
    if value and base_url is None:
        reader.fault("BASE_URL", f"is {value!r}. Give it as https://host, without a path.")
    return base_url or LOCAL_URL


def read_former_hosts(reader: VariableReader, base_url: str) -> tuple[str, ...]:
    """Return the hosts that the site had before: links in sent emails name them."""
    hosts = []
    for given in reader.text("FORMER_HOSTS").replace(",", " ").split():
        url = normalise_base_url(given if "://" in given else f"https://{given}")
        host = urlsplit(url or "").netloc
        if not host or "*" in host or host == urlsplit(base_url).netloc:
            reader.fault(
                "FORMER_HOSTS",
                f"contains {given!r}. Give hosts that this site had before and hasn't now, "
                "separated by commas: lettre.parti.example",
            )
        else:
            hosts.append(host)
    return tuple(hosts)


def read_source_url(reader: VariableReader) -> str:
    """Return the address of the source code that runs here (AGPL section 13)."""
    value = reader.text("SOURCE_URL")
    if value and not value.startswith(("https://", "http://")):
        reader.fault("SOURCE_URL", f"is {value!r}. Give the address of a page: https://…")
        return ""
    return value


def read_form_origins(reader: VariableReader, *, is_development: bool) -> tuple[str, ...]:
    """Return the party's own sites, which may show the sign-up form or send to it."""
    origins = []
    for given in reader.text("FORM_ORIGINS").replace(",", " ").split():
        origin = normalise_base_url(given)
        if origin is None:
            reader.fault(
                "FORM_ORIGINS",
                f"contains {given!r}. Give the addresses of sites without a path, separated by "
                "commas: https://www.party.example, https://campaign.example",
            )
        elif origin.startswith("http:") and not is_development:
            reader.fault(
                "FORM_ORIGINS",
                f"contains {given!r}. Anybody on the way could change a form of this site, and "
                "read what people type. Give its https:// address.",
            )
        else:
            origins.append(origin)
    return tuple(origins)


def read_form_servers(reader: VariableReader) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return the networks of the party's servers that send the form for their visitors."""
    servers = []
    for given in reader.text("FORM_SERVERS").replace(",", " ").split():
        try:
            network = ip_network(given, strict=False)
        except ValueError:
            network = None
        if network is None or network.prefixlen < LARGEST[network.version]:
            reader.fault(
                "FORM_SERVERS",
                f"contains {given!r}. Give the addresses or networks of your own servers, "
                "separated by commas: 203.0.113.7, 2001:db8:1::/48",
            )
        else:
            servers.append(network)
    return tuple(servers)


def read_mail_country(reader: VariableReader) -> str:
    """Return the relay's country; outside of the Union the notice must state the legal ground."""
    value = reader.text("MAIL_COUNTRY", "FR").upper()
    if not is_country(value):
        reader.fault("MAIL_COUNTRY", f"is {value!r}. Give the two letters of a country, as in FR.")
    elif value not in UNION and not reader.text("TRANSFER_GROUND"):
        reader.fault(
            "TRANSFER_GROUND",
            f"is missing. The relay is in {value}, outside the European Union: give the legal "
            "ground of the transfer (GDPR articles 45 and 46); the privacy notice states it.",
        )
    return value

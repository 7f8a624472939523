"""The facts of a provider that a party must know: hosts, DNS records, how it tracks readers.

In France and Italy a picture or a link that the relay adds is the party's breach. Headers of
ours switch it off where they can. Where they can't, the guide says the place to do it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString, lazy_gettext as _

from supporters.settings.provider_settings import PRESETS


@dataclass(frozen=True, kw_only=True)
class ProviderGuide:
    """A provider as the set-up and the loop test speak of it.

    `hosts` are the ends of the names of its servers, `spf_include` the domain for an `include:`,
    `dkim` how its selectors look. `is_tracking_off`: our own headers suffice.
    """

    name: str
    hosts: tuple[str, ...]
    spf_include: str
    dkim: LazyString
    is_tracking_off: bool
    switch_off: LazyString


GUIDES: Mapping[str, ProviderGuide] = {
    "brevo": ProviderGuide(
        name="Brevo",
        hosts=("brevo.com", "sendinblue.com", "mailin.fr"),
        spf_include="spf.brevo.com",
        dkim=_("Two CNAMEs, brevo1._domainkey and brevo2._domainkey, as Brevo shows them."),
        is_tracking_off=False,
        switch_off=_(
            "Brevo adds a tracking picture and rewrites the links, and no header switches that "
            "off. Ask its support to switch tracking off for your transactional emails. Its "
            "“anonymous tracking” is not enough: picture and links stay."
        ),
    ),
    "mailjet": ProviderGuide(
        name="Mailjet",
        hosts=("mailjet.com",),
        spf_include="spf.mailjet.com",
        dkim=_("One TXT record, mailjet._domainkey, as Mailjet shows it."),
        is_tracking_off=True,
        switch_off=_(
            "We ask Mailjet in each email not to track. If it does so all the same, switch it off "
            "under Account settings, Tracking of opens and clicks."
        ),
    ),
    "ses": ProviderGuide(
        name="Amazon SES",
        hosts=("amazonaws.com", "amazonses.com"),
        spf_include="amazonses.com",
        dkim=_("Three CNAMEs under _domainkey, as Amazon shows them (Easy DKIM)."),
        is_tracking_off=False,
        switch_off=_(
            "Amazon SES tracks where its configuration set publishes opens or clicks. Make a set "
            "without them, name it in SUPPORTERS_SES_CONFIGURATION_SET, and switch “engagement "
            "metrics” off in the Virtual Deliverability Manager."
        ),
    ),
    "scaleway": ProviderGuide(
        name="Scaleway",
        hosts=("scaleway.com", "scw-tem.cloud"),
        spf_include="_spf.tem.scaleway.com",
        dkim=_("One TXT record under _domainkey, as Scaleway shows it."),
        is_tracking_off=True,
        switch_off=_(
            "Scaleway offers no tracking of opens and clicks. If something was added, ask its "
            "support."
        ),
    ),
    "infomaniak": ProviderGuide(
        name="Infomaniak",
        hosts=("infomaniak.com", "infomaniak.ch"),
        spf_include="spf.infomaniak.ch",
        dkim=_("One TXT record under _domainkey, as the Infomaniak Manager shows it."),
        is_tracking_off=True,
        switch_off=_(
            "The mail servers of Infomaniak track nobody; its newsletter tool does. Use the mail "
            "server, not that tool."
        ),
    ),
}


def find_guide(server: str, provider: str = "") -> ProviderGuide | None:
    """Return the guide of the provider that was named, or of the one whose server this is."""
    if provider in GUIDES:
        return GUIDES[provider]
    server = server.lower().rstrip(".")
    for guide in GUIDES.values():
        if any(server == host or server.endswith(f".{host}") for host in guide.hosts):
            return guide
    return None


def list_switched_off(provider: str) -> tuple[str, ...]:
    """Return the headers by which each email asks a provider not to track its reader."""
    return tuple(name for name, _value in PRESETS[provider].headers)

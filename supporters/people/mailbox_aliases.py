"""The addresses of big providers that lead to one mailbox, for the limits on emails (REQ-58).

Each rule is what the provider documents: its other domains, the signs that it ignores in a name,
and the sign after which anybody may add a word. `+tag` is cut for every provider.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AliasRule:
    """The names of a mailbox at a provider. The first domain stands for all of them."""

    domains: Sequence[str]
    ignored: str = ""
    adds_after: str = ""


GMAIL = AliasRule(domains=("gmail.com", "googlemail.com"), ignored=".")
RULES = (
    GMAIL,
    AliasRule(
        domains=("proton.me", "protonmail.com", "protonmail.ch", "pm.me"),
        ignored=".-_",
    ),
    AliasRule(domains=("icloud.com", "me.com", "mac.com")),
    AliasRule(
        domains=("yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "ya.ru"),
        ignored=".-",
    ),
    *(
        AliasRule(domains=(domain,), adds_after="-")
        for domain in ("yahoo.com", "yahoo.fr", "yahoo.co.uk", "yahoo.de", "yahoo.es", "yahoo.it")
    ),
    *(AliasRule(domains=(domain,), adds_after="-") for domain in ("ymail.com", "rocketmail.com")),
)
SUBDOMAINS_ARE_NAMES = ("fastmail.com", "fastmail.fm")  # any@name.fastmail.com
_RULES_BY_DOMAIN = {domain: rule for rule in RULES for domain in rule.domains}
_DROPS = {rule: str.maketrans("", "", rule.ignored) for rule in RULES}


def fold_mailbox(local_part: str, domain: str) -> str:
    """Return the mailbox of an address: `local_part` without its +tag, and the domain of the rule.

    No sign is cut if nothing would be left.
    """
    mailbox = local_part.partition("+")[0] or local_part
    rule = _RULES_BY_DOMAIN.get(domain)
    if rule is None:
        return _fold_subdomain(mailbox, domain)
    if rule.adds_after:
        mailbox = mailbox.partition(rule.adds_after)[0] or mailbox
    return f"{mailbox.translate(_DROPS[rule]) or mailbox}@{rule.domains[0]}"


def _fold_subdomain(mailbox: str, domain: str) -> str:
    for provider in SUBDOMAINS_ARE_NAMES:
        name, dot, rest = domain.partition(".")
        if dot and rest == provider:
            return f"{name}@{provider}"
    return f"{mailbox}@{domain}"

"""The rules of KumoMTA as a second voice: their source and licence stand in kumomta.LICENSE.

It may clear a mailbox that the first voice holds for dead, or name a cause where that knows none.
It never declares one dead: some of its rules take any refusal of a recipient for a missing mailbox.
"""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from supporters.bounce_classes.classes import WEIGHTS, BounceClass, Weight

WORDS, CODES = "kumomta_words.toml", "kumomta_codes.toml"
MOST_WORDS = 500
CLASSES = {
    "InvalidRecipient": BounceClass.NO_MAILBOX,
    "BadDomain": BounceClass.NO_DOMAIN,
    "InactiveMailbox": BounceClass.DISABLED,
    "InvalidSender": BounceClass.AUTHENTICATION,
    "QuotaIssues": BounceClass.FULL,
    "NoAnswerFromHost": BounceClass.TRANSIENT,
    "BadConnection": BounceClass.TRANSIENT,
    "DNSFailure": BounceClass.TRANSIENT,
    "RoutingErrors": BounceClass.POLICY,
    "TransientFailure": BounceClass.TRANSIENT,
    "MessageExpired": BounceClass.EXPIRED,
    "ProtocolErrors": BounceClass.PROTOCOL,
    "AuthenticationFailed": BounceClass.AUTHENTICATION,
    "PolicyRelated": BounceClass.POLICY,
    "SpamBlock": BounceClass.REPUTATION,
    "SpamContent": BounceClass.CONTENT,
    "TooManyRecipients": BounceClass.RATE,
}


class Reply(NamedTuple):
    """A reply as a server gave it."""

    code: int | None
    status: str | None
    words: str

    def __str__(self) -> str:
        """Return it on one line, as the rules expect it."""
        said = " ".join(self.words[:MOST_WORDS].split())
        return " ".join(str(each) for each in (self.code, self.status, said) if each)


def correct(first: BounceClass, reply: Reply) -> BounceClass:
    """Return the class of a reply of which the first voice understood the codes only."""
    is_dead = WEIGHTS[first] is Weight.DEAD
    if not is_dead and first is not BounceClass.UNKNOWN:
        return first
    files = (WORDS,) if is_dead else (WORDS, CODES)
    said = str(reply)
    return next(filter(None, (_find(file, said) for file in files)), first)


def _find(file: str, reply: str) -> BounceClass | None:
    found = next((found for rule, found in _read_rules(file) if rule.search(reply)), None)
    return found if found and WEIGHTS[found] is not Weight.DEAD else None


@cache
def _read_rules(file: str) -> tuple[tuple[re.Pattern[str], BounceClass], ...]:
    read = tomllib.loads(Path(__file__).with_name(file).read_text(encoding="utf-8"))
    return tuple(
        (re.compile(rule), CLASSES[name]) for name, rules in read["rules"].items() for rule in rules
    )

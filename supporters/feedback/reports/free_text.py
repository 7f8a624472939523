"""Reads bounces that follow no standard: by their own words, and by flufl.bounce."""

import logging
import re
from collections.abc import Sequence
from email import message_from_bytes
from email.message import Message

from flufl.bounce import all_failures

from supporters.bounce_classes.classes import WEIGHTS, BounceClass, Weight
from supporters.bounce_classes.classifier import classify
from supporters.bounce_classes.codes import find_codes
from supporters.feedback.reports.mail_parts import MailPart
from supporters.feedback.reports.mail_words import (
    find_addresses,
    find_recipient,
    without_subjects,
    words_about,
)
from supporters.feedback.reports.report import MOST_WORDS, Failure

# The line of a mail server before a copy of our email.
COPY = re.compile(
    r"(?im)^[ >*=_#-]{0,60}(?:this is a copy of the|below this line is a copy|copy of (?:the|your) "
    r"(?:original )?message|(?:original|returned|undelivered|unsent|rejected|included) "
    r"(?:e-?mail )?(?:message|mail)(?: text| body| headers?| source)?"
    r"(?: follows| as follows|:| ?-|$)"
    r"|start of returned message|included is a copy|here is a copy"
    r"|headers? (?:of the original|follow)"
    r"|the (?:header|first \d{1,4} lines|body|text|start|headers|message|contents) of "
    r"(?:the|your) (?:original|message|undeliver)"
    r"|original message headers|message header|diagnostic information for administrators"
    r"|old message:|copie du message|message d.origine|voici une copie|ursprüngliche nachricht"
    r"|originalnachricht|mensaje original|copia del mensaje|copia del messaggio"
    r"|messaggio originale|mensagem original|oorspronkelijk bericht)"
)
HEADERS = re.compile(
    r"(?m)^(?:Received|Return-Path|Message-I[Dd]|MIME-Version|X-[A-Za-z-]{2,40}): "
)
FAILED = re.compile(
    r"(?im)(?:^[ \t>*]{0,12}(?:<([^<>\s@]{1,128}@[^<>\s@]{1,253})>"
    r"(?:[ \t]{0,4}(?:\.\.\.|:|;|\(|,|-|$|\d{3}\b)))"
    r"|^[ \t]{0,12}([^<>\s@]{1,128}@[^<>\s@:]{1,253}): ?[45]\d\d\b"
    r"|rcpt to:[ \t]{0,4}<?([^<>\s@]{1,128}@[^<>\s@]{1,253})>?)"
)
NOT_OF_A_PERSON = re.compile(
    r"(?i)(?:mailto:)?(?:postmaster|mailer-?daemon|abuse|support|help|helpdesk|admin|webmaster|noreply|no-reply)@"
)
MOST_LINES = 3_000
LONGEST_LINE = 2_000
LONGEST_FOR_FLUFL = 65_536
MOST_BOUNDARIES, MOST_ENCLOSED, MOST_DELIMITERS = 16, 16, 200
MOST_RECIPIENTS = 50
FAULTS_OF_DETECTORS = (  # they stumble over a missing From, a charset, a header
    *(LookupError, ValueError, TypeError, AttributeError, AssertionError, RecursionError),
)

logging.getLogger("flufl.bounce").disabled = True  # its records hold what an email says


def read_written_failures(raw: bytes, mail: MailPart, text: str) -> list[Failure]:
    """Return the addresses that a bounce without a report names, with what it says of each."""
    said = without_copy(text)
    found = _list_own(mail, said) or ask_flufl(raw) or _find_only_one(mail, said)
    addresses = found[:MOST_RECIPIENTS]
    return [_describe(said, each, addresses) for each in addresses]


def without_copy(text: str) -> str:
    """Return what a server says, without the copy of our email after it."""
    ends = [found.start() for found in (COPY.search(text), HEADERS.search(text)) if found]
    said = text[: min(ends)] if ends else text
    return without_subjects(said if said.strip() else text)


def ask_flufl(raw: bytes) -> list[str]:
    """Return the addresses that flufl.bounce finds, for now or for good.

    Its verdicts aren't used: a full mailbox is permanent there. It is asked only for emails that
    are small and flat: it is slow for others, and raises for some.
    """
    head = b"\n".join(raw[:LONGEST_FOR_FLUFL].splitlines()[:MOST_LINES])
    lowered = head.lower()
    is_too_deep = (
        lowered.count(b"boundary") > MOST_BOUNDARIES
        or lowered.count(b"message/") > MOST_ENCLOSED
        or lowered.count(b"\n--") > MOST_DELIMITERS
        or max(map(len, head.split(b"\n"))) > LONGEST_LINE
    )
    if is_too_deep:
        return []
    try:
        message: Message = message_from_bytes(head)
        temporary, permanent = all_failures(message)
    except FAULTS_OF_DETECTORS:
        return []
    return sorted(each.decode("utf-8", "replace") for each in permanent | temporary)


def _list_own(mail: MailPart, said: str) -> list[str]:
    named = ",".join(mail.get_all("x-failed-recipients")).split(",", MOST_RECIPIENTS)
    addresses = list(dict.fromkeys(filter(None, map(find_recipient, named))))
    if addresses:
        return addresses
    found = [each[1] or each[2] or each[3] for each in FAILED.finditer(said)]
    return list(dict.fromkeys(found))


def _find_only_one(mail: MailPart, said: str) -> list[str]:
    """Return the one address in the text that is neither the reader's nor the server's own."""
    headers = ", ".join(f"{mail.get(name)}" for name in ("from", "to", "sender", "reply-to", "cc"))
    ours = {each.lower() for each in find_addresses(headers)}
    others = {each for each in find_addresses(said) if each.lower() not in ours}
    others = {each for each in others if not NOT_OF_A_PERSON.match(each)}
    return [*others] if len(others) == 1 else []


def _describe(said: str, address: str, others: list[str]) -> Failure:
    words = words_about(said, address, others)
    code, status = find_codes(None, None, words)
    return Failure(
        address=address,
        bounce_class=_classify(code, status, (words, _before_all(said, others), said)),
        code=code,
        status=status,
        words=words[:MOST_WORDS],
    )


def _classify(code: int | None, status: str | None, words: Sequence[str]) -> BounceClass:
    """Return the class by the words about an address, else by what is said of all of them.

    The text elsewhere may be about another address: it declares none dead.
    """
    own, before, everything = words
    found = classify(code, status, own)
    if found is BounceClass.UNKNOWN and before:
        found = classify(code, status, f"{own} {before}")
    if found is BounceClass.UNKNOWN:
        by_all = classify(code, status, everything)
        found = found if WEIGHTS[by_all] is Weight.DEAD else by_all
    return found


def _before_all(said: str, addresses: list[str]) -> str:
    lowered = said.lower()
    starts = [at for each in addresses if (at := lowered.find(each.lower())) >= 0]
    return said[: min(starts)] if starts else ""

"""Finds what a report encloses of our email: the addresses and links that may carry a token."""

import re
from collections.abc import Sequence

from supporters.feedback.reports.mail_parts import LONGEST_HEADER, MailPart, read_headers
from supporters.feedback.reports.mail_words import find_addresses

KINDS = {
    *("message/rfc822", "message/global", "message/partial", "message/news"),
    *("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"),
    "message/feedback-report",  # it may name our envelope sender, with nothing enclosed
}
OF_THE_REPORT = (
    *("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-rcpt-to", "to", "cc"),
)
OF_THE_ORIGINAL = (
    *("return-path", "x-envelope-from", "errors-to", "sender", "cfbl-address"),
    "original-mail-from",  # RFC 5965 section 3.2
)
MOST_TOKENS = 20
LINK = re.compile(r"<?(https?://[^\s<>\"]{1,2000})>?")
IN_TEXT = re.compile(  # headers that a server quotes in its text
    r"(?im)^[> |\t]{0,9}(return-path|list-unsubscribe|message-id)[ \t]{0,9}:[ \t]{0,9}"
    r"([^\n]{1,2000}(?:\n[> |\t]{0,9}[ \t]<?https?:[^\n]{1,2000})?)"
)


def list_tokens(
    mail: MailPart, original: Sequence[tuple[str, str]], sent_to: Sequence[str]
) -> tuple[str, ...]:
    """Return the addresses that may carry a token of ours, those that we know best first."""
    of_report = [value for name in OF_THE_REPORT for value in mail.get_all(name)]
    of_original = [value for name in OF_THE_ORIGINAL for key, value in original if key == name]
    found = [each for value in (*of_report, *of_original) for each in find_addresses(value)]
    return tuple(dict.fromkeys([*sent_to, *found]))[:MOST_TOKENS]


def list_links(original: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the links by which the reader of our email unsubscribes."""
    values = [value for name, value in original if name == "list-unsubscribe"]
    return tuple(link for value in values for link in LINK.findall(value))[:MOST_TOKENS]


def read_original(mail: MailPart, text: str) -> list[tuple[str, str]]:
    """Return the headers of our email that a report encloses, as a part or in its text."""
    parts = [each for each in mail.walk() if each.kind in KINDS]
    found = [header for part in parts for header in read_headers(part.content.lstrip(b"\n"))]
    return found or [
        (each[1].lower(), " ".join(each[2].split())[:LONGEST_HEADER])
        for each in IN_TEXT.finditer(text)
    ]

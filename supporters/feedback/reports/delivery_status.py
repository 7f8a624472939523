"""Reads delivery status notifications (RFC 3464, RFC 6522; beyond ASCII: RFC 6533)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from supporters.bounce_classes.classes import WEIGHTS, BounceClass, Weight
from supporters.bounce_classes.classifier import classify
from supporters.bounce_classes.codes import ENHANCED_CODE, REPLY_CODE
from supporters.feedback.reports.mail_parts import MailPart, read_headers
from supporters.feedback.reports.mail_words import find_recipient, words_about
from supporters.feedback.reports.report import MOST_WORDS, Failure, ReportKind

KINDS = {"message/delivery-status", "message/global-delivery-status"}
MOST_RECIPIENTS = 100
RECIPIENTS = ("original-recipient", "final-recipient", "x-actual-recipient")
ABOUT_A_RECIPIENT = {"final-recipient", "original-recipient", "action", "status"}
ACTIONS = {
    "failed": ReportKind.BOUNCE,
    "failure": ReportKind.BOUNCE,
    "delayed": ReportKind.DELAY,
    "delivered": ReportKind.DELIVERED,
    "relayed": ReportKind.DELIVERED,
    "expanded": ReportKind.DELIVERED,
}
BY_DIGIT = {"5": ReportKind.BOUNCE, "4": ReportKind.DELAY, "2": ReportKind.DELIVERED}
XTEXT = re.compile(r"\+([0-9A-F]{2})")  # RFC 3461 section 4
UNICODE_XTEXT = re.compile(  # RFC 6533 section 3: no surrogates
    r"\\x\{(?!0{0,2}[Dd][89A-Fa-f][0-9A-Fa-f]{2}\})([0-9A-Fa-f]{2,6})\}"
)
SMTP = "smtp"
Fields = dict[str, str]


@dataclass(frozen=True)
class RecipientNotice:
    """The statement of a report on one recipient."""

    kind: ReportKind
    failure: Failure


def read_notices(mail: MailPart, text: str) -> list[RecipientNotice]:
    """Return what the parts of an email say of each recipient; `text` is what people read of it."""
    contents = [each.content for each in mail.walk() if each.kind in KINDS]
    return _read_blocks([block for each in contents for block in _list_blocks(each)], text)


def read_written_notices(text: str) -> list[RecipientNotice]:
    """Return the same of fields that a server wrote into the text of its email."""
    start = re.search(r"(?im)^(?:original|final)-recipient:", text)
    if start is None:
        return []
    return _read_blocks([*_list_blocks(text[start.start() :].encode())], text)


def _read_blocks(blocks: Sequence[Fields], text: str) -> list[RecipientNotice]:
    recipients = {each for fields in blocks if (each := _find_recipient(fields))}
    first: dict[object, RecipientNotice] = {}
    for fields in blocks:
        notice = _read_block(fields, text, recipients)
        if notice is not None:
            first.setdefault((notice.kind, notice.failure.address), notice)
    return list(first.values())[:MOST_RECIPIENTS]


def _list_blocks(content: bytes) -> Iterator[Fields]:
    """Yield the fields of each recipient. Some servers leave out the empty line between them."""
    for block in re.split(rb"\n[ \t]*\n", content.strip(), maxsplit=MOST_RECIPIENTS):
        fields: Fields = {}
        for name, value in read_headers(block.lstrip(b"\n") + b"\n"):
            if name == "final-recipient" and name in fields:
                yield fields
                fields = {}
            fields.setdefault(name, value)
        if ABOUT_A_RECIPIENT & set(fields):
            yield fields


def _read_block(fields: Fields, text: str, recipients: Iterable[str]) -> RecipientNotice | None:
    said = _undo_type(fields.get("diagnostic-code", "")).strip()
    status = _find_status(fields.get("status", ""), fields.get("diagnostic-code", ""))
    kind = _find_kind(fields.get("action", ""), status)
    address = _find_recipient(fields)
    if kind is None or (address is None and "status" not in fields):
        return None
    words = said or words_about(text, address, recipients)
    code = REPLY_CODE.match(said)
    number = int(code[0]) if code else None
    found = classify(number, status, said)
    by_text = classify(number, status, f"{said} {words_about(text, address, recipients)}")
    if found is BounceClass.UNKNOWN or (not said and WEIGHTS[by_text] is Weight.SOFT):
        found = by_text  # the text for people may say more
    if WEIGHTS[found] is Weight.DEAD and _is_forwarded(fields):
        found = BounceClass.UNKNOWN
    return RecipientNotice(
        kind,
        Failure(
            address=address,
            bounce_class=found,
            code=number,
            status=status,
            words=words[:MOST_WORDS],
        ),
    )


def _find_status(field: str, diagnostic: str) -> str | None:
    """Return the enhanced code that the server gave, else the one of the reporting server."""
    server, _, words = diagnostic.partition(";")
    given = ENHANCED_CODE.search(words[:40]) if SMTP in server.lower() else None
    found = given or ENHANCED_CODE.search(field)
    return found[0] if found else None


def _find_kind(action: str, status: str | None) -> ReportKind | None:
    word = action.lower().partition(" ")[0].strip("();,.")
    return ACTIONS.get(word) or BY_DIGIT.get((status or "")[:1])


def _find_recipient(fields: Fields) -> str | None:
    return next(filter(None, (_read_recipient(fields, name) for name in RECIPIENTS)), None)


def _read_recipient(fields: Fields, name: str) -> str | None:
    return find_recipient(_undo_xtext(_undo_type(fields.get(name, ""))))


def _is_forwarded(fields: Fields) -> bool:
    """Tell whether an email failed at another domain than the one that it was sent to."""
    both = (_read_recipient(fields, name) for name in ("original-recipient", "final-recipient"))
    return len({each.rpartition("@")[2].lower() for each in both if each}) > 1


def _undo_type(value: str) -> str:
    """Return a field without the type before it, as `rfc822;` or `smtp;`."""
    kind, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and " " not in kind.strip() else value


def _undo_xtext(value: str) -> str:
    plain = XTEXT.sub(lambda found: chr(int(found[1], 16)), value) if "+" in value else value
    return UNICODE_XTEXT.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), plain)


def worst_kind(notices: Sequence[RecipientNotice]) -> ReportKind:
    """Return the kind of a report with several recipients: a failure before a delay."""
    kinds = {each.kind for each in notices}
    order = (ReportKind.BOUNCE, ReportKind.DELAY)
    return next((each for each in order if each in kinds), ReportKind.DELIVERED)

"""Checks the content of a campaign before it is stored, and again before it is launched."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from supporters.campaigns.document.blocks import Document
from supporters.campaigns.document.document_checks import (
    VAGUE_WORDS,
    find_document_faults,
    list_document_pictures,
)
from supporters.campaigns.document.from_markdown import from_markdown
from supporters.campaigns.document.stored_document import read_stored
from supporters.campaigns.markdown import (
    SCHEMES,
    find_too_deep,
    has_words,
    is_heavy,
    list_images,
    list_links,
)
from supporters.campaigns.merge_fields import (
    PLACEHOLDER,
    Fault,
    FaultKind,
    find_field_faults,
    find_gap_faults,
    has_marks,
    list_foreign_fields,
)
from supporters.campaigns.models import Campaign
from supporters.campaigns.other_languages.queries import list_in_languages
from supporters.campaigns.pictures.email_pictures import find_pictures, reference_in

POSES_AS_REPLY = re.compile(r"\s*(re|fwd?|tr|aw)\s*:", re.IGNORECASE)
STAND_IN = "□"


def find_faults(subject: str, body: str, preheader: str = "") -> list[Fault]:
    """Return the faults to correct; an empty list if the content can be sent."""
    return [
        *find_subject_faults(subject),
        *find_preheader_faults(preheader),
        *find_typed_faults(body),
    ]


def find_campaign_faults(campaign: Campaign) -> list[Fault]:
    """Return the faults of a draft in all its languages."""
    return [fault for each in list_in_languages(campaign) for fault in find_draft_faults(each)]


def find_draft_faults(campaign: Campaign) -> list[Fault]:
    """Return the faults of a draft in one language."""
    return [
        *find_subject_faults(campaign.subject),
        *find_preheader_faults(campaign.preheader),
        *find_text_faults(campaign),
    ]


def find_text_faults(campaign: Campaign) -> Iterator[Fault]:
    """Yield the faults of the text of a draft, with the blocks that have them."""
    if campaign.document is None:
        yield from find_body_faults(campaign.body)
    else:
        yield from _find_mark_faults(campaign.body)
        yield from _find_faults_in(read_stored(campaign.document))


def find_typed_faults(body: str) -> Iterator[Fault]:
    """Yield the faults of a typed text, as the document that it becomes, if it becomes one."""
    document = from_markdown(body)
    if document is None:
        yield from find_body_faults(body)
    else:
        yield from _find_mark_faults(body)
        yield from _find_faults_in(document)


def _find_faults_in(document: Document) -> Iterator[Fault]:
    yield from find_document_faults(document)
    shown = list_document_pictures(document)
    known = find_pictures(reference for _, reference in shown)
    for block_id, reference in shown:
        if reference not in known:
            yield Fault(FaultKind.PICTURE_UNKNOWN, reference, block_id)


def find_preheader_faults(preheader: str) -> Iterator[Fault]:
    """Yield the faults of the first words in the inbox. A message may do without them."""
    yield from _find_mark_faults(preheader)
    yield from _find_line_faults(preheader)


def find_subject_faults(subject: str) -> Iterator[Fault]:
    """Yield the faults of a subject."""
    yield from _find_mark_faults(subject)
    if POSES_AS_REPLY.match(subject):
        yield Fault(FaultKind.SUBJECT_POSES_AS_REPLY, subject[:20])
    if not subject.strip():
        yield Fault(FaultKind.NOTHING_TO_READ)
    yield from _find_line_faults(subject)


def _find_line_faults(line: str) -> Iterator[Fault]:
    yield from find_field_faults(line)
    yield from find_gap_faults(line)
    for foreign in list_foreign_fields(line):
        yield Fault(FaultKind.FOREIGN_FIELD, foreign)


def find_body_faults(body: str) -> Iterator[Fault]:
    """Yield the faults of a text in Markdown that is no document."""
    yield from _find_mark_faults(body)
    if is_heavy(body):
        yield Fault(FaultKind.TOO_MUCH_MARKUP)
        return
    as_sent = PLACEHOLDER.sub(STAND_IN, body)
    line = find_too_deep(as_sent)
    if line is not None:
        yield Fault(FaultKind.NESTED_TOO_DEEP, line.strip()[:60])
    elif not has_words(as_sent):
        yield Fault(FaultKind.NOTHING_TO_READ)
    yield from find_field_faults(body)
    yield from _find_target_faults(as_sent)


def _find_mark_faults(text: str) -> Iterator[Fault]:
    if has_marks(text):
        yield Fault(FaultKind.PRIVATE_CHARACTER)


def _find_target_faults(body: str) -> Iterator[Fault]:
    """Yield the faults of links and images, in a text without the spaces of its fields."""
    for target, words in list_links(body):
        if target.partition(":")[0].lower() not in SCHEMES or ":" not in target:
            yield Fault(FaultKind.LINK_WITHOUT_SCHEME, target[:60])
        elif STAND_IN in unquote(target):  # it would identify the people who followed it (REQ-50)
            yield Fault(FaultKind.LINK_IS_PERSONAL, unquote(target)[:60])
        if words.strip().casefold() in VAGUE_WORDS:
            yield Fault(FaultKind.LINK_TEXT_VAGUE, words)
    yield from _find_image_faults([source for source, _ in list_images(body)])


def _find_image_faults(sources: Sequence[str]) -> Iterator[Fault]:
    known = find_pictures(each for each in map(reference_in, sources) if each)
    for source in sources:
        reference = reference_in(source)
        if reference is None:  # its host would learn who opened the email (REQ-50)
            yield Fault(FaultKind.IMAGE_FROM_ELSEWHERE, unquote(source)[:60])
        elif reference not in known:
            yield Fault(FaultKind.PICTURE_UNKNOWN, unquote(reference)[:60])

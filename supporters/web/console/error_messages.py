"""Error messages for campaigns and consent texts. Each says what to do."""

from collections.abc import Callable, Iterable

from flask_babel import gettext

from supporters.campaigns.content_checks import (
    find_preheader_faults,
    find_subject_faults,
    find_text_faults,
)
from supporters.campaigns.content_doubts import Doubt, DoubtKind
from supporters.campaigns.links.link_checks import LinkDoubt
from supporters.campaigns.merge_fields import FIELDS, Fault, FaultKind
from supporters.campaigns.models import Campaign
from supporters.campaigns.other_languages.queries import list_in_languages
from supporters.consent.rules import WordingFault
from supporters.extensions import current_settings
from supporters.languages import LANGUAGES
from supporters.text.local_dates import format_date_and_time
from supporters.web.labels import label
from supporters.web.labels.person_labels import LANGUAGE_NAMES


def explain_missing_wording(language: str) -> str:
    """Say that a sentence is missing."""
    return str(gettext("Write the sentence (%(language)s).", language=LANGUAGES[language]))


def explain_wording(fault: WordingFault) -> str:
    """Return the error message of a consent text."""
    if fault is WordingFault.NO_PARTY:
        name = current_settings().party_name
        return label(fault) % {"party": name}
    return label(fault)


def explain_subject(fault: Fault) -> str:
    """Return the error message of a subject."""
    if fault.kind is FaultKind.NOTHING_TO_READ:
        return str(gettext("Write a subject."))
    return explain_fault(fault)


def explain_draft(campaign: Campaign) -> list[str]:
    """Return all mistakes that block the launch of a draft, with their languages if it has some."""
    return _name_languages(campaign, _explain_text)


def _explain_text(campaign: Campaign) -> list[str]:
    return [
        *map(explain_subject, find_subject_faults(campaign.subject)),
        *map(explain_fault, find_preheader_faults(campaign.preheader)),
        *map(explain_fault, find_text_faults(campaign)),
    ]


def _name_languages(campaign: Campaign, explain: Callable[[Campaign], list[str]]) -> list[str]:
    texts = list_in_languages(campaign)
    if len(texts) == 1:
        return explain(campaign)
    return [
        gettext("%(language)s: %(words)s", language=LANGUAGES[text.language], words=words)
        for text in texts
        for words in explain(text)
    ]


def explain_doubts(doubts: Iterable[Doubt]) -> list[str]:
    """Return what the writer or the approver of a draft should look at again, each once."""
    return [*dict.fromkeys(map(explain_doubt, doubts))]


def explain_doubt(doubt: Doubt) -> str:
    """Return what a writer should look at again, with the words concerned."""
    if isinstance(doubt.kind, LinkDoubt):
        return f"{doubt.words} – {label(doubt.kind)}"
    values = {"words": doubt.words}
    if doubt.kind is DoubtKind.OTHER_LANGUAGE:
        values = {"words": str(LANGUAGE_NAMES[doubt.words])}
    if doubt.answer is not None:
        when = format_date_and_time(doubt.answer.asked_at)
        values |= {"when": when, "status": str(doubt.answer.http_status or "")}
    return label(doubt.kind) % values


def explain_fault(fault: Fault) -> str:
    """Return the error message of a fault, with the words concerned."""
    if fault.kind is FaultKind.UNKNOWN_FIELD:
        fields = ", ".join(f"{{{{ {name} }}}}" for name in FIELDS)
        return label(fault.kind) % {"words": fault.words, "fields": fields}
    return f"{label(fault.kind)} {fault.words}".strip()

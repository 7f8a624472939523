"""What is wrong with a campaign or a sentence to agree to, in words that say what to do."""

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from supporters.campaigns.checking import find_body_faults, find_subject_faults
from supporters.campaigns.merging import FIELDS, Fault, FaultKind
from supporters.campaigns.models import Campaign
from supporters.consent.rules import WordingFault
from supporters.extensions import current_settings

_ = lazy_gettext

WORDS: dict[FaultKind, LazyString] = {
    FaultKind.FALLBACK_MISSING: _(
        "Say what stands in where somebody gave no name, as in {{ given_name | friend }}:"
    ),
    FaultKind.FALLBACK_TOO_LONG: _("The words behind the bar are too long (at most 80):"),
    FaultKind.BRACES_UNBALANCED: _("Double braces belong in pairs around a field. Check:"),
    FaultKind.PRIVATE_CHARACTER: _("The text has characters that can’t be sent. Type it again."),
    FaultKind.SUBJECT_POSES_AS_REPLY: _(
        "A subject may not pose as an answer or a forwarded message. Take this away:"
    ),
    FaultKind.LINK_WITHOUT_SCHEME: _("A link must be whole and begin with https://. Mend:"),
    FaultKind.LINK_TEXT_VAGUE: _("Say in the link’s words where it leads, instead of:"),
    FaultKind.IMAGE_FROM_ELSEWHERE: _(
        "A message can’t have images for now: the site that an image comes from would learn who "
        "opens the message, and when. Link to the page that shows it, and take away:"
    ),
    FaultKind.NESTED_TOO_DEEP: _(
        "A list or a quotation stands inside too many others: it and the text after it would be "
        "left out. Use fewer levels here:"
    ),
    FaultKind.LINK_IS_PERSONAL: _(
        "The address of a link can’t have a field in it: it would tell who followed it. "
        "Take the field out of:"
    ),
    FaultKind.NOTHING_TO_READ: _("Write the message."),
}

WORDING_WORDS: dict[WordingFault, LazyString] = {
    WordingFault.TOO_SHORT: _("Write a whole sentence: what you will do, for whom it is."),
    WordingFault.TOO_LONG: _("Use at most 500 characters: one sentence that people really read."),
    WordingFault.SEVERAL_LINES: _("Write it in one line: it stands beside one box."),
    WordingFault.NOT_POLITICAL: _("Say in it that the messages are political."),
    WordingFault.NO_END: _("End the sentence with a full stop."),
}


def explain_wording(fault: WordingFault) -> str:
    """Return what to do about a sentence that says too little."""
    if fault is WordingFault.NO_PARTY:
        name = current_settings().party_name
        return str(gettext("Name the party in it, as “%(party)s”.", party=name))
    return str(WORDING_WORDS[fault])


def explain_subject(fault: Fault) -> str:
    """Return what to do about a fault of a subject."""
    if fault.kind is FaultKind.NOTHING_TO_READ:
        return str(gettext("Write a subject."))
    return explain(fault)


def explain_draft(campaign: Campaign) -> list[str]:
    """Return everything that keeps a draft from being sent."""
    subject = [explain_subject(fault) for fault in find_subject_faults(campaign.subject)]
    return [*subject, *(explain(fault) for fault in find_body_faults(campaign.body))]


def explain(fault: Fault) -> str:
    """Return what to do about a fault, with the words that it is about."""
    if fault.kind is FaultKind.UNKNOWN_FIELD:
        fields = ", ".join(f"{{{{ {name} }}}}" for name in FIELDS)
        return str(
            gettext(
                "There is no field %(words)s. There are: %(fields)s.",
                words=fault.words,
                fields=fields,
            )
        )
    return f"{WORDS[fault.kind]} {fault.words}".strip()

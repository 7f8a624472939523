"""The words of breaches: statuses, facts, acts, ways to choose people, and refusals."""

from flask_babel import lazy_gettext as _

from supporters.breaches.affected_people import AffectedWay
from supporters.breaches.breach_register import BreachError
from supporters.breaches.models import (
    BreachAct,
    BreachFact,
    BreachNature,
    BreachNoticeStatus,
    BreachStatus,
)
from supporters.web.labels.word_tables import Names, Tone, Tones

BREACH_STATUSES: Names[BreachStatus] = {
    BreachStatus.OPEN: _("To be decided"),
    BreachStatus.NOTIFIED: _("Authority notified"),
    BreachStatus.NOT_NOTIFIABLE: _("Need not be notified"),
    BreachStatus.CLOSED: _("Breach closed"),
}
BREACH_STATUS_TONES: Tones[BreachStatus] = {
    BreachStatus.OPEN: Tone.WARN,
    BreachStatus.NOTIFIED: Tone.LIVE,
    BreachStatus.NOT_NOTIFIABLE: Tone.LIVE,
    BreachStatus.CLOSED: Tone.QUIET,
}
BREACH_NATURES: Names[BreachNature] = {
    BreachNature.CONFIDENTIALITY: _("Somebody saw or got data who must not (confidentiality)"),
    BreachNature.INTEGRITY: _("Data was changed (integrity)"),
    BreachNature.AVAILABILITY: _("Data was lost or out of reach (availability)"),
}
BREACH_FACTS: Names[BreachFact] = {
    BreachFact.WHAT_HAPPENED: _("The events"),
    BreachFact.DISCOVERED: _("Discovered"),
    BreachFact.NATURE: _("Nature of the breach"),
    BreachFact.PEOPLE: _("Categories of people"),
    BreachFact.PEOPLE_COUNT: _("Approximate number of people"),
    BreachFact.DATA: _("Categories of data"),
    BreachFact.RECORD_COUNT: _("Approximate number of records"),
    BreachFact.CONSEQUENCES: _("Likely consequences"),
    BreachFact.MEASURES: _("Measures taken or planned"),
    BreachFact.PROCESSOR: _("Processor involved"),
}
BREACH_ACTS: Names[BreachAct] = {
    BreachAct.OPENED: _("Recorded"),
    BreachAct.STATED: _("Statement"),
    BreachAct.NOTED: _("Note"),
    BreachAct.NOTIFIED: _("Authority notified"),
    BreachAct.DELAY_EXPLAINED: _("Reasons for the delay"),
    BreachAct.DISMISSED: _("Authority not notified"),
    BreachAct.PEOPLE_TOLD: _("People told in another way"),
    BreachAct.PEOPLE_NOT_TOLD: _("People not told"),
    BreachAct.PEOPLE_CHOSEN: _("Affected people chosen"),
    BreachAct.PEOPLE_EMPTIED: _("List of affected people emptied"),
    BreachAct.NOTICE_WRITTEN: _("Notice written"),
    BreachAct.NOTICE_APPROVED: _("Notice approved"),
    BreachAct.NOTICE_VOIDED: _("Approval void: the database may be a backup"),
    BreachAct.NOTICE_SENT: _("Notice written to everybody"),
    BreachAct.ALARMED: _("Alarm after 48 hours"),
    BreachAct.OVERDUE: _("Alarm after 72 hours"),
    BreachAct.CLOSED: _("Breach closed"),
    BreachAct.REOPENED: _("Opened again"),
}
BREACH_ACT_TONES: Tones[BreachAct] = {
    **dict.fromkeys(BreachAct, Tone.QUIET),
    **dict.fromkeys((BreachAct.NOTIFIED, BreachAct.NOTICE_SENT, BreachAct.CLOSED), Tone.GOOD),
    **dict.fromkeys((BreachAct.NOTICE_APPROVED, BreachAct.PEOPLE_TOLD), Tone.LIVE),
    **dict.fromkeys((BreachAct.ALARMED, BreachAct.NOTICE_VOIDED), Tone.WARN),
    BreachAct.OVERDUE: Tone.BAD,
}
AFFECTED_WAYS: Names[AffectedWay] = {
    AffectedWay.EVERYBODY: _("everybody"),
    AffectedWay.LIST: _("members of a list, also former ones"),
    AffectedWay.PERIOD: _("people who signed up in a period"),
    AffectedWay.IMPORT: _("people of an import"),
    AffectedWay.EXPORT: _("people of an exported list"),
    AffectedWay.ADDRESSES: _("typed addresses"),
}
BREACH_NOTICE_STATUSES: Names[BreachNoticeStatus] = {
    BreachNoticeStatus.AWAITING_APPROVAL: _("Waits for approval"),
    BreachNoticeStatus.SENDING: _("Being sent"),
    BreachNoticeStatus.SENT: _("Written to everybody"),
}
BREACH_NOTICE_STATUS_TONES: Tones[BreachNoticeStatus] = {
    BreachNoticeStatus.AWAITING_APPROVAL: Tone.WARN,
    BreachNoticeStatus.SENDING: Tone.LIVE,
    BreachNoticeStatus.SENT: Tone.GOOD,
}
BREACH_ERRORS: Names[BreachError] = {
    BreachError.UNKNOWN: _("This breach doesn’t exist."),
    BreachError.NOT_NOW: _(
        "Nothing was changed: somebody changed the breach meanwhile. Look at it again."
    ),
    BreachError.SAME: _("Nothing was changed."),
    BreachError.DELAY_UNEXPLAINED: _(
        "More than 72 hours passed before the notification. Write the reasons for the delay: the "
        "law demands them (GDPR article 33(1))."
    ),
    BreachError.PEOPLE_UNDECIDED: _(
        "Decide about the affected people first: tell them, or write why they need not be told."
    ),
    BreachError.NOTICE_UNFINISHED: _(
        "The notice is still being sent. Close the breach when everybody was written to."
    ),
}

"""The words of deliveries, of a campaign's problems, and of holds of all sending."""

from flask_babel import lazy_gettext as _

from supporters.delivery.problems import ProblemKind
from supporters.delivery.rules import DeliveryStatus, HoldReason, SkipReason
from supporters.delivery.send_journal.lost_machines import LostMachineError
from supporters.delivery.thresholds.threshold_rules import Threshold
from supporters.evidence.written_to import WrittenAnswer
from supporters.web.labels.word_tables import (
    Names,
    NamesForAll,
    NamesOnMyData,
    ShellTexts,
    Tone,
    Tones,
)

LOST_MACHINE_ERRORS: ShellTexts[LostMachineError] = {
    LostMachineError.UNKNOWN: "No machine has this name. See: flask machines list",
    LostMachineError.SEEN_JUST_NOW: "It was seen less than two minutes ago. Stop it first.",
}
DELIVERY_STATUSES: NamesForAll[DeliveryStatus] = {
    DeliveryStatus.QUEUED: _("Queued"),
    DeliveryStatus.ACCEPTED: _("Accepted by the mail server"),
    DeliveryStatus.DEFERRED: _("To retry"),
    DeliveryStatus.REFUSED: _("Rejected by the mail server"),
    DeliveryStatus.SKIPPED: _("Skipped"),
    DeliveryStatus.UNCERTAIN: _("Unknown outcome"),
}
DELIVERY_STATUS_TONES: Tones[DeliveryStatus] = {
    DeliveryStatus.QUEUED: Tone.QUIET,
    DeliveryStatus.ACCEPTED: Tone.GOOD,
    DeliveryStatus.DEFERRED: Tone.WARN,
    DeliveryStatus.REFUSED: Tone.BAD,
    DeliveryStatus.SKIPPED: Tone.QUIET,
    DeliveryStatus.UNCERTAIN: Tone.WARN,
}
WRITTEN_ANSWERS: Names[WrittenAnswer] = {
    WrittenAnswer.AFTER: _("Written to them after they had ended this consent"),
    WrittenAnswer.CONSENTED: _("Written to them while their consent held"),
    WrittenAnswer.NOT: _("Not written to them"),
    WrittenAnswer.NO_ROW: _("Not written to them: they weren’t in its audience"),
    WrittenAnswer.DELETED: _("Not known any more: its rows were deleted after their time"),
}
WHY_SKIPPED: Names[SkipReason] = {
    SkipReason.CANCELLED: _("Not sent: we cancelled this campaign"),
    SkipReason.UNSUBSCRIBED: _("Not sent: unsubscribed"),
    SkipReason.PAUSED: _("Not sent: paused"),
    SkipReason.RESTRICTED: _("Not sent: restricted"),
    SkipReason.OBJECTED: _("Not sent: objected"),
    SkipReason.UNREACHABLE: _("Not sent: the address can’t be reached"),
    SkipReason.ERASED: _("Not sent: erased"),
    SkipReason.BASELESS: _("Not sent: no valid consent"),
    SkipReason.LEFT: _("Not sent: unsubscribed or paused"),
}
# An erased person has no page. `ERASED` has words because each cause needs some.
WHY_SKIPPED_ON_MY_DATA: NamesOnMyData[SkipReason] = {
    SkipReason.CANCELLED: _("Not sent: we cancelled this campaign"),
    SkipReason.UNSUBSCRIBED: _("Not sent: you had unsubscribed"),
    SkipReason.PAUSED: _("Not sent: you had paused our messages"),
    SkipReason.RESTRICTED: _("Not sent: your data was restricted"),
    SkipReason.OBJECTED: _("Not sent: you asked for no more messages"),
    SkipReason.UNREACHABLE: _("Not sent: we could not reach your address"),
    SkipReason.ERASED: _("Skipped"),
    SkipReason.BASELESS: _("Not sent: you had not consented, or not any more"),
    SkipReason.LEFT: _("Not sent: you had unsubscribed or paused"),
}
PROBLEMS: ShellTexts[ProblemKind] = {
    ProblemKind.JOURNAL: (
        "A worker can't write its send journal ({details}), so it stopped sending campaign "
        "{campaign}. Free some space on the disk of its instance folder."
    ),
    ProblemKind.SIGNING: (
        "No secret key of a worker's machine opens the DKIM key {details}, so campaign {campaign} "
        "waits there. Give that machine the same SUPPORTERS_SECRET_KEYS as the others."
    ),
    ProblemKind.LEDGER: (
        "The counts of campaign {campaign} don't match its ledger ({details}), so it was not "
        "ended. Make a backup of the database and report it."
    ),
    ProblemKind.CONTENT: (
        "Campaign {campaign} can't be turned into a message ({details}). Search the log of the "
        "worker for delivery.not_compiled, and cancel the campaign."
    ),
    ProblemKind.DISPUTED: (
        "Campaign {campaign} is paused: readers dispute that they signed up ({details}). Read "
        "their evidence (flask consent proof), then resume or cancel it."
    ),
    ProblemKind.LOG: (
        "Campaign {campaign} is paused: the consent log has a withdrawal that the database lacks. "
        "Keep a copy of the database and run: flask consent verify"
    ),
    ProblemKind.AUDIENCE: (
        "Campaign {campaign} is paused: {details} records of its audience don't agree with the "
        "consent log or the journal of withdrawals. Keep a copy of the database and run: flask "
        "consent verify --record. If an owner accepts the faults (flask delivery lift-hold), "
        "resume it."
    ),
    ProblemKind.SILENCE: (
        "Campaign {campaign} was paused by the electoral silence of ballot {details}. When it is "
        "over, run: flask campaigns resume {campaign}"
    ),
    ProblemKind.VERSION: (
        "Campaign {campaign} is paused: its message in the database isn't the one that was "
        "approved. Keep a copy of the database, and run: flask consent verify. Then cancel the "
        "campaign."
    ),
    ProblemKind.SCHEDULE: (
        "Campaign {campaign} was held at its hour ({details}), and nobody was written to. Its page "
        "says why. Give it another hour (flask campaigns schedule), or take the hour back (flask "
        "campaigns unschedule)."
    ),
    ProblemKind.DEAD_ADDRESSES: (
        "Campaign {campaign} is paused: the relay rejected too many of its addresses ({details}: "
        "rejected, of the last answers, threshold of 1000). Find out why, then resume or cancel it."
    ),
    ProblemKind.DEPARTURES: (
        "Campaign {campaign} is paused: too many people left because of it ({details}: left, of "
        "those who got it, threshold of 1000). An organiser reads it again, and resumes or cancels."
    ),
    ProblemKind.COMPLAINTS: (
        "Campaign {campaign} is paused: too many people pressed the spam button ({details}: "
        "complaints, of those who got it, threshold of 1000). An organiser reads it again, and "
        "resumes or cancels."
    ),
    ProblemKind.RETURNED: (
        "Campaign {campaign} is paused: too many emails came back because of us ({details}: "
        "returned, of those sent, threshold of 1000). Nobody was unsubscribed. Run: flask doctor. "
        "Correct the cause, then run: flask campaigns resume {campaign}"
    ),
    ProblemKind.REFUSED: (
        "Campaign {campaign} is paused: the relay rejects our emails ({details}). The rejected "
        "people wait again. Ask the operator of the relay what the code means, correct the cause, "
        "then run: flask campaigns resume {campaign}"
    ),
    ProblemKind.RELAY: (
        "The relay holds up campaign {campaign}: it said {details}. Ask the operator of the relay."
    ),
}
THRESHOLDS: Names[Threshold] = {
    Threshold.REFUSED: _("Rejected addresses"),
    Threshold.DEPARTED: _("Left because of this email"),
    Threshold.DISPUTED: _("“I never signed up”"),
    Threshold.COMPLAINED: _("Spam button"),
}
HOLD_REASONS: ShellTexts[HoldReason] = {
    HoldReason.UNKNOWN: (
        "A worker started on a machine that doesn't know this database: it may be a restored "
        "backup."
    ),
    HoldReason.OLDER: "A machine knows more than this database: a backup was restored.",
    HoldReason.RESTORED: "rights replay was run, or a restoration in the log isn't acknowledged.",
    HoldReason.BEGUN_AGAIN: "The consent log isn't the one that began: somebody deleted entries.",
    HoldReason.FAULTY: "A verification found faults of the consent log: flask consent verify",
}

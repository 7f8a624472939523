"""The words of what came back: by which way, what it is, and what it did."""

from flask_babel import lazy_gettext as _

from supporters.feedback.models import Effect, Source
from supporters.feedback.reports.report import ReportKind
from supporters.web.labels.word_tables import Names, Tone, Tones

SOURCES: Names[Source] = {
    Source.IMAP: _("IMAP mailbox"),
    Source.MAILDIR: _("Maildir mailbox"),
    Source.LMTP: _("Mail server (LMTP)"),
    Source.PIPE: _("Mail server (pipe)"),
    Source.DIALOGUE: _("While sending"),
    Source.BREVO: _("Brevo"),
    Source.MAILJET: _("Mailjet"),
    Source.SES: _("Amazon SES"),
}
REPORT_KINDS: Names[ReportKind] = {
    ReportKind.BOUNCE: _("Bounce"),
    ReportKind.DELAY: _("Delay"),
    ReportKind.DELIVERED: _("Delivered"),
    ReportKind.COMPLAINT: _("Reported as spam"),
    ReportKind.OTHER_FEEDBACK: _("Other feedback"),
    ReportKind.UNSUBSCRIBE: _("Unsubscription by email"),
    ReportKind.AUTO_REPLY: _("Automatic reply"),
    ReportKind.ANSWER: _("Answer to an email"),
    ReportKind.UNREADABLE: _("Unreadable"),
}
EFFECTS: Names[Effect] = {
    Effect.NONE: _("Nothing to do"),
    Effect.COUNTED: _("Counted"),
    Effect.ABOUT_US: _("Says nothing against the address"),
    Effect.UNREACHABLE: _("Marked as unreachable"),
    Effect.LEFT: _("Unsubscribed from everything"),
    Effect.LEFT_LIST: _("Unsubscribed from one list"),
    Effect.SIGNUP_TOLD: _("Told on the sign-up page"),
    Effect.ANSWER_COUNTED: _("Counted as an answer"),
    Effect.ANSWER_PASSED_ON: _("Passed on to the party"),
    Effect.IGNORED_NO_TOKEN: _("Ignored: names no email of ours"),
    Effect.IGNORED_TOO_OLD: _("Ignored: came too late"),
    Effect.UNREADABLE: _("Stored for a person to read"),
    Effect.REPEATED: _("Was here before"),
}
EFFECT_TONES: Tones[Effect] = {
    **dict.fromkeys(Effect, Tone.QUIET),
    Effect.ABOUT_US: Tone.WARN,
    Effect.UNREADABLE: Tone.WARN,
    Effect.UNREACHABLE: Tone.BAD,
    Effect.LEFT: Tone.WARN,
    Effect.LEFT_LIST: Tone.WARN,
    Effect.ANSWER_PASSED_ON: Tone.GOOD,
}

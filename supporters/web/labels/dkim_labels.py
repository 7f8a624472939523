"""The words of DKIM keys: their states, the answers of the DNS, and why something isn't done."""

from flask_babel import lazy_gettext as _

from supporters.mail.dkim.models import KeyStatus, RecordState
from supporters.mail_signing.key_rotation import MakeKeyError, RetireKeyError
from supporters.web.labels.word_tables import Names, ShellTexts, Tone, Tones

KEY_STATUSES: Names[KeyStatus] = {
    KeyStatus.WAITING: _("Waits for its record"),
    KeyStatus.ACTIVE: _("Signs"),
    KeyStatus.REPLACED: _("Replaced"),
    KeyStatus.RETIRED: _("Retired"),
}
KEY_STATUS_TONES: Tones[KeyStatus] = {
    KeyStatus.WAITING: Tone.WARN,
    KeyStatus.ACTIVE: Tone.GOOD,
    KeyStatus.REPLACED: Tone.QUIET,
    KeyStatus.RETIRED: Tone.QUIET,
}
RECORD_STATES: Names[RecordState] = {
    RecordState.VISIBLE: _("The DNS shows it"),
    RecordState.ABSENT: _("Not in the DNS"),
    RecordState.DIFFERENT: _("Another value is in the DNS"),
    RecordState.UNKNOWN: _("Unknown: the DNS did not answer"),
}
RECORD_STATE_TONES: Tones[RecordState] = {
    RecordState.VISIBLE: Tone.GOOD,
    RecordState.ABSENT: Tone.BAD,
    RecordState.DIFFERENT: Tone.BAD,
    RecordState.UNKNOWN: Tone.WARN,
}
RECORD_STATES_IN_THE_SHELL: ShellTexts[RecordState] = {
    RecordState.VISIBLE: "Its record shows in the DNS.",
    RecordState.ABSENT: (
        "Its record is not in the DNS: nobody can verify our emails. Publish it again; flask dkim "
        "status --json has it."
    ),
    RecordState.DIFFERENT: (
        "The DNS has another value, or two, in the place of its record: nobody can verify our "
        "emails. flask dkim status --json has the right one."
    ),
    RecordState.UNKNOWN: "The DNS did not answer, so we don't know whether its record shows.",
}
MAKE_KEY_ERRORS: Names[MakeKeyError] = {
    MakeKeyError.ONE_WAITS: _("A key waits for its record already. Publish that one."),
}
MAKE_KEY_ERRORS_IN_THE_SHELL: ShellTexts[MakeKeyError] = {
    MakeKeyError.ONE_WAITS: (
        "No key was made: one waits for its record already. See it with: flask dkim status"
    ),
}
RETIRE_KEY_ERRORS: Names[RetireKeyError] = {
    RetireKeyError.SIGNS: _("This key signs. Say why it must stop now."),
    RetireKeyError.RECORD_IS_NEEDED: _(
        "Emails that this key signed may still be under way. Say why it must retire now."
    ),
    RetireKeyError.RETIRED: _("This key is retired already."),
}
RETIRE_KEY_ERRORS_IN_THE_SHELL: ShellTexts[RetireKeyError] = {
    RetireKeyError.SIGNS: (
        "Not retired: this key signs. Make the next one with: flask dkim new. If it was stolen: "
        "--now --reason TEXT"
    ),
    RetireKeyError.RECORD_IS_NEEDED: (
        "Not retired: emails that it signed may be under way until seven days after the last one. "
        "If it can't wait: --now --reason TEXT"
    ),
    RetireKeyError.RETIRED: "This key is retired already. Its record may be deleted.",
}

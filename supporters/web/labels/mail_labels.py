"""The words of transactional emails: kinds, states, and the ones that must arrive."""

from flask_babel import LazyString, lazy_gettext as _

from supporters.mail.models import EmailKind, EmailStatus
from supporters.mail.social_links import LinkFault, Network
from supporters.web.labels.word_tables import Names, NamesOnMyData, Tone, Tones

_TO_THE_TEAM = _("An email to somebody in the team")
EMAIL_KINDS: Names[EmailKind] = {
    EmailKind.CONFIRM_SIGNUP: _("Confirmation of a sign-up"),
    EmailKind.ALREADY_SUBSCRIBED: _("Notice: subscribed already"),
    EmailKind.INVITATION: _("Invitation from a former list"),
    EmailKind.RECONFIRMATION: _("Reconfirmation"),
    EmailKind.MY_DATA: _("Link to “My data”"),
    EmailKind.NEW_ADDRESS: _("Confirmation of a new address"),
    EmailKind.ADDRESS_CHANGED: _("Notice: address changed"),
    EmailKind.CASE_EXTENDED: _("Notice: more time to answer"),
    EmailKind.UNSUBSCRIBED_FROM_ALL: _("Notice: unsubscribed from every list"),
    EmailKind.DONE_ON_BEHALF: _("Notice: done at their request"),
    EmailKind.BREACH_NOTICE: _("Notice of a personal data breach"),
    EmailKind.WELCOME: _("Welcome to a list"),
    EmailKind.PAUSED: _("Notice: emails paused"),
    EmailKind.BACK_ON_LIST: _("Notice: unsubscription undone"),
    EmailKind.TEAM_INVITATION: _TO_THE_TEAM,
    EmailKind.RESET_PASSWORD: _TO_THE_TEAM,
    EmailKind.CAMPAIGN_TEST: _TO_THE_TEAM,
    EmailKind.EXPORT_MADE: _TO_THE_TEAM,
    EmailKind.CHECKPOINT: _TO_THE_TEAM,
    EmailKind.DISPUTE_PAUSE: _TO_THE_TEAM,
    EmailKind.CASE_DUE: _TO_THE_TEAM,
    EmailKind.SECURITY_NOTICE: _TO_THE_TEAM,
    EmailKind.ANSWER_PASSED_ON: _TO_THE_TEAM,
}
EMAIL_KINDS_ON_MY_DATA: NamesOnMyData[EmailKind] = {
    **EMAIL_KINDS,
    EmailKind.ALREADY_SUBSCRIBED: _("Notice: you are subscribed already"),
    EmailKind.INVITATION: _("Invitation to a list"),
    EmailKind.RECONFIRMATION: _("Question: do you still agree?"),
    EmailKind.MY_DATA: _("Link to this page"),
    EmailKind.ADDRESS_CHANGED: _("Notice: your address has changed"),
    EmailKind.UNSUBSCRIBED_FROM_ALL: _("Notice: you were unsubscribed from every list"),
    EmailKind.DONE_ON_BEHALF: _("Notice: done at your request"),
}
EMAIL_STATUSES: Names[EmailStatus] = {
    EmailStatus.QUEUED: _("Queued"),
    EmailStatus.SENDING: _("Sending"),
    EmailStatus.SENT: _("Accepted by the mail server"),
    EmailStatus.WITHHELD: _("Not sent: another one left shortly before"),
    EmailStatus.GIVEN_UP: _("Not delivered"),
}
EMAIL_STATUSES_ON_MY_DATA: NamesOnMyData[EmailStatus] = {
    **EMAIL_STATUSES,
    EmailStatus.SENT: _("Sent"),
    EmailStatus.WITHHELD: _("Not sent: you got another one shortly before"),
}
EMAIL_STATUS_TONES: Tones[EmailStatus] = {
    EmailStatus.QUEUED: Tone.QUIET,
    EmailStatus.SENDING: Tone.LIVE,
    EmailStatus.SENT: Tone.GOOD,
    EmailStatus.WITHHELD: Tone.QUIET,
    EmailStatus.GIVEN_UP: Tone.BAD,
}
NETWORKS: Names[Network] = {
    Network.WEBSITE: _("Our site"),
    Network.BLUESKY: _("Bluesky"),
    Network.FACEBOOK: _("Facebook"),
    Network.INSTAGRAM: _("Instagram"),
    Network.LINKEDIN: _("LinkedIn"),
    Network.MASTODON: _("Mastodon"),
    Network.TELEGRAM: _("Telegram"),
    Network.THREADS: _("Threads"),
    Network.TIKTOK: _("TikTok"),
    Network.WHATSAPP: _("WhatsApp"),
    Network.X: _("X"),
    Network.YOUTUBE: _("YouTube"),
}
LINK_FAULTS: Names[LinkFault] = {
    LinkFault.NOT_HTTPS: _("Give the whole address of the page, beginning with https://"),
    LinkFault.OTHER_SITE: _("This address is not of %(network)s. Copy it from your page there."),
}
# These emails must reach the team. The dashboard lists the undelivered ones.
MUST_ARRIVE: dict[EmailKind, LazyString] = {
    EmailKind.CASE_DUE: _("Reminder of a case, to the data protection officer"),
    EmailKind.EXPORT_MADE: _("Notice of an export"),
    EmailKind.CHECKPOINT: _("Checkpoint of the log, to the data protection officer"),
    EmailKind.DISPUTE_PAUSE: _("Warning: readers dispute their sign-up"),
    EmailKind.SECURITY_NOTICE: _("Notice about the security of an account"),
}
TO_DO_WHEN_UNDELIVERED: dict[EmailKind, LazyString] = {
    EmailKind.CASE_DUE: _("Look at the cases that are due soon."),
    EmailKind.EXPORT_MADE: _(
        "Tell the data protection officer and the owners. “Exports” shows all exports."
    ),
    EmailKind.CHECKPOINT: _(
        "Ask the operator to run “flask consent head”, and send its output to the data "
        "protection officer."
    ),
    EmailKind.DISPUTE_PAUSE: _("Look at the campaigns, and at the cases of these readers."),
    EmailKind.SECURITY_NOTICE: _("Look at the audit log: it has what the email says."),
}

"""The words of the audit log: the acts that belong to no other module, groups, actors and objects.

The keys are the stored values, so that a page also shows the acts of a later version. A sentence
may use %(actor)s, %(object)s and the details of its act.
"""

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from supporters.web.labels.word_tables import Sentences

OTHER_SENTENCES: Sentences = {
    "signups.emails_held": _(
        "Far more sign-ups than usual: their emails are held. Within five minutes: %(count)s."
    ),
    "signups.emails_released": _("%(actor)s let the held emails go. Emails: %(count)s."),
    "signups.emails_dropped": _(
        "%(actor)s dropped held emails of a network or a mail domain. Emails: %(count)s."
    ),
    "event.announced": _(
        "%(actor)s announced %(object)s. Limits times %(factor)s, for hours: %(hours)s."
    ),
    "event.ended": _("%(actor)s ended %(object)s before its time."),
    "restoration.acknowledged": _("%(actor)s acknowledged that a backup was restored."),
    "database.withdrawals_replayed": _(
        "%(actor)s applied the withdrawals again after a restore. Count: %(count)s."
    ),
    "database.journal_rebuilt": _(
        "%(actor)s rebuilt the journal of withdrawals. New lines: %(count)s."
    ),
    "audit.downloaded": _("%(actor)s downloaded the audit log."),
    "access.forbidden": _(
        "%(actor)s was refused a page without the right to it. Times within ten minutes: %(count)s."
    ),
    "access.form_refused": _(
        "%(actor)s sent a form that had expired or came from another site. Times within ten "
        "minutes: %(count)s."
    ),
    "access.limited": _(
        "%(actor)s was refused because of too many attempts. Times within ten minutes: %(count)s."
    ),
    "access.unrecorded": _(
        "More than %(count)s refused requests in an hour: the others of this hour are not recorded."
    ),
}
ACT_GROUPS: dict[str, LazyString] = {
    "account": _("Accounts and rights"),
    "session": _("Signing in"),
    "passkey": _("Passkeys"),
    "access": _("Refused requests"),
    "person": _("People"),
    "case": _("Cases"),
    "breach": _("Personal data breaches"),
    "campaign": _("Campaigns"),
    "picture": _("Pictures"),
    "template": _("Templates"),
    "piece": _("Pieces"),
    "face": _("The party’s look"),
    "approval_rule": _("Rules of approval"),
    "sending": _("Emergency stop and hold"),
    "signups": _("Rush of sign-ups"),
    "event": _("Events"),
    "list": _("Lists"),
    "question": _("Questions of lists"),
    "form": _("Sign-up forms"),
    "purpose": _("Purposes and wordings"),
    "import": _("Imports"),
    "retention": _("Retention"),
    "database": _("Restored databases"),
    "restoration": _("Restored databases"),
    "log": _("The consent log"),
    "audit": _("The audit log"),
}
OTHER_ACT = _("%(actor)s: %(act)s %(object)s")
ACTORS: dict[str, LazyString] = {
    "command": _("Commands"),
    "visitor": _("Visitors, not signed in"),
    "worker": _("The worker"),
}
OBJECTS: dict[str, LazyString] = {
    "account": _("account %(number)s"),
    "list": _("list %(number)s"),
    "question": _("question %(number)s"),
    "form": _("form %(number)s"),
    "signups": _("number %(number)s"),
    "event": _("event %(number)s"),
    "purpose": _("purpose %(number)s"),
    "campaign": _("campaign %(number)s"),
    "picture": _("picture %(number)s"),
    "template": _("number %(number)s"),
    "piece": _("number %(number)s"),
    "import": _("import %(number)s"),
    "person": _("person %(number)s"),
    "case": _("case %(number)s"),
    "breach": _("breach %(number)s"),
}

"""The words of the audit log for groups of acts, actors and objects. Acts have their sentences.

The keys are the stored values, so that a page also shows the acts of a later version.
"""

from flask_babel import LazyString, lazy_gettext as _

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
    "sending_window": _("Sending window"),
    "ballot": _("Ballots"),
    "pace": _("Pace"),
    "dkim": _("Signature of emails"),
    "mailbox": _("Mailboxes that can’t be reached"),
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
    "keys": _("Secret keys"),
    "machine": _("Machines"),
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
    "ballot": _("ballot %(number)s"),
}

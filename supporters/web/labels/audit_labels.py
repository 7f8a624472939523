"""The sentences of the audit log: one for each act, and the names of their groups.

The keys are the stored values, so that a page also shows the acts of a later version. A sentence
may use %(actor)s, %(object)s and the details of its act.
"""

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

ACT_SENTENCES: dict[str, LazyString] = {
    "account.disabled": _("%(actor)s disabled the account %(object)s."),
    "account.enabled": _("%(actor)s enabled the account %(object)s again."),
    "account.invited": _("%(actor)s invited %(object)s to the team. Role: %(role)s."),
    "account.accepted": _("%(object)s accepted the team invitation."),
    "account.right_granted": _("%(actor)s gave %(object)s a right: %(right)s."),
    "account.right_revoked": _("%(actor)s took a right from %(object)s: %(right)s."),
    "list.created": _("%(actor)s created the list %(object)s."),
    "list.opened": _("%(actor)s opened the signup page of the list %(object)s."),
    "list.closed": _("%(actor)s closed the signup page of the list %(object)s."),
    "list.exported": _("%(actor)s exported the list %(object)s. People: %(people)s."),
    "purpose.created": _("%(actor)s wrote %(object)s."),
    "purpose.reworded": _("%(actor)s changed the wording of %(object)s."),
    "purpose.succeeded": _("%(actor)s changed the meaning of a consent: %(object)s is new."),
    "purpose.offered": _("%(actor)s put the box of %(object)s on the signup pages."),
    "purpose.removed_from_pages": _("%(actor)s removed the box of %(object)s from all pages."),
    "purpose.reconfirmation_started": _(
        "%(actor)s started to ask people again about %(object)s. People: %(people)s."
    ),
    "purpose.reconfirmation_stopped": _("%(actor)s stopped asking people about %(object)s."),
    "campaign.created": _("%(actor)s wrote the draft %(object)s."),
    "campaign.edited": _("%(actor)s changed the draft %(object)s."),
    "campaign.deleted": _("%(actor)s deleted the draft %(object)s."),
    "campaign.tested": _("%(actor)s sent a test of %(object)s to their own mailbox."),
    "campaign.launched": _("%(actor)s launched %(object)s. People: %(people)s."),
    "campaign.paused": _("%(actor)s paused %(object)s."),
    "campaign.resumed": _("%(actor)s resumed %(object)s."),
    "campaign.cancelled": _("%(actor)s cancelled %(object)s."),
    "sending.stopped": _("%(actor)s stopped all sending."),
    "sending.resumed": _("%(actor)s ended the emergency stop."),
    "sending.held": _("%(actor)s held all sending."),
    "sending.hold_lifted": _("%(actor)s lifted the hold on all sending."),
    "import.uploaded": _("%(actor)s uploaded a former list: %(object)s."),
    "import.columns_chosen": _("%(actor)s chose the columns of %(object)s."),
    "import.declared": _("%(actor)s declared where the addresses of %(object)s come from."),
    "import.handed_over": _("%(actor)s asked for the approval of %(object)s. People: %(people)s."),
    "import.approved": _("%(actor)s approved %(object)s."),
    "import.resumed": _("%(actor)s resumed %(object)s."),
    "import.cancelled": _("%(actor)s cancelled %(object)s."),
    "person.opened": _("%(actor)s opened the page of %(object)s."),
    "person.stopped": _("%(actor)s stopped all emails to %(object)s."),
    "person.restricted": _("%(actor)s restricted the data of %(object)s."),
    "person.restriction_lifted": _("%(actor)s lifted the restriction of %(object)s."),
    "person.erased": _("%(actor)s erased the data of %(object)s."),
    "person.evidence_disclosed": _("%(actor)s got the evidence on %(object)s."),
    "case.opened": _("%(actor)s opened %(object)s."),
    "case.noted": _("%(actor)s added a note to %(object)s."),
    "case.extended": _("%(actor)s extended %(object)s by two months."),
    "case.closed": _("%(actor)s closed %(object)s."),
    "retention.changed": _(
        "%(actor)s changed a retention time (%(category)s): "
        "%(before)s days before, %(after)s days now."
    ),
    "retention.ran": _("%(actor)s started a purge of expired data."),
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
    "campaign": _("Campaigns"),
    "approval_rule": _("Rules of approval"),
    "sending": _("Emergency stop and hold"),
    "list": _("Lists"),
    "purpose": _("Purposes and wordings"),
    "import": _("Imports"),
    "retention": _("Retention"),
    "database": _("Restored databases"),
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
    "purpose": _("purpose %(number)s"),
    "campaign": _("campaign %(number)s"),
    "import": _("import %(number)s"),
    "person": _("person %(number)s"),
    "case": _("case %(number)s"),
}

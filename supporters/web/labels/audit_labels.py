"""The sentences of the audit log: one for each act, and the names of their groups.

The keys are the stored values, so that a page also shows the acts of a later version. A sentence
may use %(actor)s, %(object)s and the details of its act.
"""

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from supporters.web.labels.breach_labels import BREACH_SENTENCES

ACT_SENTENCES: dict[str, LazyString] = {
    "account.disabled": _("%(actor)s disabled the account %(object)s."),
    "account.enabled": _("%(actor)s enabled the account %(object)s again."),
    "account.invited": _("%(actor)s invited %(object)s to the team. Role: %(role)s."),
    "account.accepted": _("%(object)s accepted the team invitation."),
    "account.right_granted": _("%(actor)s gave %(object)s a right: %(right)s."),
    "account.right_revoked": _("%(actor)s took a right from %(object)s: %(right)s."),
    "account.factors_reset": _("%(actor)s removed all second factors of %(object)s."),
    "account.app_set_up": _("%(actor)s set up an authenticator app for %(object)s."),
    "account.app_removed": _("%(actor)s removed the authenticator app of %(object)s."),
    "account.recovery_codes_made": _("%(actor)s made new recovery codes for %(object)s."),
    "account.recovery_code_used": _(
        "%(object)s signed in with a recovery code. Codes left: %(left)s."
    ),
    "account.openid_linked": _("%(object)s linked an account of the sign-in service."),
    "account.password_changed": _("%(actor)s changed the password of %(object)s."),
    "account.password_reset_requested": _(
        "%(actor)s asked for a link to a new password of %(object)s."
    ),
    "account.password_reset": _("%(object)s chose a new password by the link in an email."),
    "account.profile_changed": _("%(actor)s changed the name or language of %(object)s."),
    "account.signed_in": _("%(object)s signed in."),
    "account.signed_out": _("%(object)s signed out."),
    "account.sign_in_refused": _("%(actor)s failed to sign in as %(object)s."),
    "account.session_ended": _("%(actor)s ended a session of %(object)s."),
    "account.other_sessions_ended": _(
        "%(actor)s ended all other sessions of %(object)s. Sessions: %(count)s."
    ),
    "account.right_requested": _(
        "%(actor)s asked for a right of %(object)s: %(right)s. Another owner decides."
    ),
    "account.right_declined": _("%(actor)s declined a right of %(object)s: %(right)s."),
    "account.role_changed": _(
        "%(actor)s changed the role of %(object)s: %(before)s before, %(after)s now."
    ),
    "account.lists_limited": _("%(actor)s changed the lists that %(object)s may see."),
    "account.anonymised": _("%(actor)s removed the name and the address of %(object)s."),
    "account.invitation_revoked": _("%(actor)s revoked the team invitation of %(object)s."),
    "passkey.added": _("%(actor)s added a passkey."),
    "passkey.removed": _("%(actor)s removed a passkey."),
    "passkey.renamed": _("%(actor)s renamed a passkey."),
    "passkey.suspected": _("%(actor)s used a passkey that may have been copied."),
    "session.confirmed": _("%(actor)s proved once more who they are."),
    "session.code_refused": _(
        "%(actor)s typed a wrong code of an app. Times within ten minutes: %(count)s."
    ),
    "session.passkey_refused": _(
        "%(actor)s used a passkey that was refused. Times within ten minutes: %(count)s."
    ),
    "session.openid_refused": _(
        "%(actor)s came from the sign-in service and was refused. Times within ten minutes: "
        "%(count)s."
    ),
    "campaign.approval_asked": _("%(actor)s asked for the approval of %(object)s."),
    "campaign.approval_withdrawn": _("%(actor)s withdrew the request to approve %(object)s."),
    "campaign.approval_voided": _(
        "A change voided the approval of %(object)s. Done by: %(actor)s."
    ),
    "campaign.rejected": _("%(actor)s rejected %(object)s."),
    "campaign.approved": _("%(actor)s approved %(object)s."),
    "campaign.version_kept": _("%(actor)s kept a frozen version of %(object)s."),
    "approval_rule.changed": _(
        "%(actor)s changed the number of people from which a second person approves: "
        "%(before)s before, %(after)s now."
    ),
    "import.held": _("%(object)s was held."),
    "person.searched": _("%(actor)s searched for people."),
    "person.lookups_extended": _(
        "%(actor)s asked to open more people today. More people: %(people)s."
    ),
    "person.stop_undone": _("%(object)s undid a stop of all emails."),
    "person.corrected": _("%(actor)s corrected the data of %(object)s."),
    "list.created": _("%(actor)s created the list %(object)s."),
    "list.opened": _("%(actor)s opened the signup page of the list %(object)s."),
    "list.closed": _("%(actor)s closed the signup page of the list %(object)s."),
    "list.edited": _("%(actor)s changed the name or the description of the list %(object)s."),
    "list.moved": _("%(actor)s changed the place of the list %(object)s in the order."),
    "list.offered_elsewhere": _("%(actor)s put the list %(object)s on the other signup pages."),
    "list.hidden_elsewhere": _("%(actor)s took the list %(object)s off the other signup pages."),
    "list.deleted": _("%(actor)s deleted the list %(object)s. Address of its page: %(slug)s."),
    "list.sender_changed": _(
        "%(actor)s changed the sender of the list %(object)s. Name: %(name)s."
    ),
    "list.thanks_changed": _(
        "%(actor)s changed the words after the confirmation of the list %(object)s. Languages of "
        "the welcome email: %(welcome)s."
    ),
    "list.exported": _("%(actor)s exported the list %(object)s. People: %(people)s."),
    "list.archive_changed": _("%(actor)s changed the archive of the list %(object)s."),
    "list.territory_changed": _("%(actor)s changed the territory of the list %(object)s."),
    "question.added": _("%(actor)s added %(object)s to a list."),
    "question.changed": _("%(actor)s changed %(object)s of a list."),
    "question.moved": _("%(actor)s moved %(object)s up on its form."),
    "question.closed": _("%(actor)s closed %(object)s: nobody is asked any more."),
    "question.opened": _("%(actor)s opened %(object)s again."),
    "question.removed": _("%(actor)s deleted %(object)s, which nobody had answered."),
    "form.created": _("%(actor)s made the sign-up form %(object)s."),
    "form.changed": _("%(actor)s changed the sign-up form %(object)s."),
    "form.opened": _("%(actor)s opened the sign-up form %(object)s."),
    "form.closed": _("%(actor)s closed the sign-up form %(object)s."),
    "form.deleted": _("%(actor)s deleted the sign-up form “%(name)s”, /%(slug)s."),
    "purpose.created": _("%(actor)s wrote %(object)s."),
    "purpose.reworded": _("%(actor)s changed the wording of %(object)s."),
    "purpose.succeeded": _("%(actor)s changed the meaning of a consent: %(object)s is new."),
    "purpose.offered": _("%(actor)s put the box of %(object)s on the signup pages."),
    "purpose.removed_from_pages": _("%(actor)s removed the box of %(object)s from all pages."),
    "purpose.reconfirmation_started": _(
        "%(actor)s started to ask people again about %(object)s. People: %(people)s."
    ),
    "purpose.reconfirmation_tested": _(
        "%(actor)s sent themselves a test of the question about %(object)s."
    ),
    "purpose.reconfirmation_stopped": _("%(actor)s stopped asking people about %(object)s."),
    "purpose.change_requested": _(
        "%(actor)s asked a second person to agree to a text of %(object)s. Hash: %(texts)s."
    ),
    "purpose.change_agreed": _(
        "%(actor)s agreed to a text of %(object)s as the second person. Hash: %(texts)s."
    ),
    "purpose.change_done": _("The agreed text of %(object)s is in force. Hash: %(texts)s."),
    "purpose.change_cancelled": _(
        "%(actor)s cancelled a text of %(object)s that waited. Hash: %(texts)s."
    ),
    "purpose.change_lapsed": _(
        "A text of %(object)s waits no longer: nobody agreed in time, or it can’t be put in force. "
        "Hash: %(texts)s."
    ),
    "campaign.created": _("%(actor)s wrote the draft %(object)s."),
    "campaign.edited": _("%(actor)s changed the draft %(object)s."),
    "campaign.deleted": _("%(actor)s deleted the draft %(object)s."),
    "campaign.trashed": _("%(actor)s put the draft %(object)s into the trash."),
    "campaign.taken_out_of_trash": _("%(actor)s took the draft %(object)s out of the trash."),
    "campaign.text_named": _("%(actor)s named a saved text of %(object)s, number %(number)s."),
    "campaign.text_restored": _(
        "%(actor)s restored a saved text of %(object)s, number %(number)s."
    ),
    "campaign.published": _("%(actor)s put %(object)s on the site."),
    "campaign.taken_off_site": _("%(actor)s took %(object)s off the site."),
    "campaign.tested": _("%(actor)s sent a test of %(object)s to the team."),
    "campaign.comment_added": _("%(actor)s commented on %(object)s."),
    "campaign.comment_resolved": _("%(actor)s resolved a comment on %(object)s."),
    "campaign.comment_reopened": _("%(actor)s opened a comment on %(object)s again."),
    "campaign.comment_deleted": _("%(actor)s deleted their comment on %(object)s."),
    "campaign.launched": _("%(actor)s launched %(object)s. People: %(people)s."),
    "campaign.left_out": _(
        "%(object)s left people out who have no valid consent. People: %(people)s. Consent ended: "
        "%(ended)s. Not in the consent log: %(unlogged)s."
    ),
    "campaign.paused": _("%(actor)s paused %(object)s."),
    "campaign.resumed": _("%(actor)s resumed %(object)s."),
    "campaign.cancelled": _("%(actor)s cancelled %(object)s."),
    "picture.added": _("%(actor)s uploaded %(object)s."),
    "picture.described": _("%(actor)s changed the description of %(object)s."),
    "picture.deleted": _("%(actor)s deleted %(object)s."),
    "template.saved": _("%(actor)s saved the template %(object)s."),
    "template.renamed": _("%(actor)s renamed the template %(object)s."),
    "template.deleted": _("%(actor)s deleted the template %(object)s."),
    "piece.saved": _("%(actor)s saved the piece %(object)s."),
    "piece.renamed": _("%(actor)s renamed the piece %(object)s."),
    "piece.deleted": _("%(actor)s deleted the piece %(object)s."),
    "face.changed": _("%(actor)s changed the look of all emails."),
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
    "sending.stopped": _("%(actor)s stopped all sending."),
    "sending.resumed": _("%(actor)s ended the emergency stop."),
    "sending.held": _("%(actor)s held all sending."),
    "restoration.acknowledged": _("%(actor)s acknowledged that a backup was restored."),
    "log.verified": _(
        "%(actor)s verified the consent log. Records: %(records)s. Faults: %(faults)s."
    ),
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
    **BREACH_SENTENCES,
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

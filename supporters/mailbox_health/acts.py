"""The acts of mailbox health, with their words."""

from flask_babel import lazy_gettext as _

from supporters.audit_log.audit_events import Act


class MailboxAct(Act):
    """Acts about mailboxes that can't be reached."""

    LIFTED = (
        "mailbox.lifted",
        _(
            "%(actor)s excused the failures of %(domain)s: the fault was its own. People who can "
            "be reached again: %(people)s. Reason: %(reason)s"
        ),
    )

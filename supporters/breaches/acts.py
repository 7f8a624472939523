"""The acts and notices of breaches, with their words."""

from flask_babel import lazy_gettext as _

from supporters.audit_log.audit_events import Act
from supporters.notices.security_notices import Notice


class BreachTeamAct(Act):
    """Acts about the register of breaches."""

    OPENED = "breach.opened", _("%(actor)s recorded the personal data breach %(object)s.")
    CORRECTED = (
        "breach.corrected",
        _("%(actor)s corrected facts of the breach %(object)s: %(facts)s."),
    )
    NOTED = "breach.noted", _("%(actor)s added a note to the breach %(object)s.")
    NOTIFIED = (
        "breach.notified",
        _("%(actor)s recorded that the authority knows of the breach %(object)s."),
    )
    DISMISSED = (
        "breach.dismissed",
        _("%(actor)s recorded why the authority need not be told of the breach %(object)s."),
    )
    PEOPLE_DECIDED = (
        "breach.people_decided",
        _("%(actor)s recorded a decision about the people whom the breach %(object)s affects."),
    )
    PEOPLE_CHOSEN = (
        "breach.people_chosen",
        _("%(actor)s added people to the list of the breach %(object)s. People: %(people)s."),
    )
    PEOPLE_EMPTIED = (
        "breach.people_emptied",
        _("%(actor)s emptied the list of people of the breach %(object)s. People: %(people)s."),
    )
    PEOPLE_EXPORTED = (
        "breach.people_exported",
        _("%(actor)s exported the list of people of the breach %(object)s. People: %(people)s."),
    )
    NOTICE_WRITTEN = (
        "breach.notice_written",
        _("%(actor)s wrote the notice to the people whom the breach %(object)s affects."),
    )
    NOTICE_APPROVED = (
        "breach.notice_approved",
        _("%(actor)s approved the notice about the breach %(object)s. People: %(people)s."),
    )
    CLOSED = "breach.closed", _("%(actor)s closed the breach %(object)s.")
    REOPENED = "breach.reopened", _("%(actor)s opened the breach %(object)s again.")


class BreachTeamNotice(Notice):
    """Notices about the register of breaches."""

    ALARM = (
        "breach_alarm",
        _("24 hours left to notify the authority: %(title)s"),
        _(
            "48 hours have passed since the discovery of the personal data breach “%(title)s”, and "
            "nobody has recorded a notification to the authority, or why none is needed."
        ),
        _(
            "The authority (CNIL) must be told within 72 hours of the discovery (GDPR article 33). "
            "Facts that you don’t know yet can follow later."
        ),
        _("Open the breach"),
    )
    OVERDUE = (
        "breach_overdue",
        _("72 hours have passed without a notification: %(title)s"),
        _(
            "72 hours have passed since the discovery of the personal data breach “%(title)s”, and "
            "nobody has recorded a notification to the authority, or why none is needed."
        ),
        _(
            "Notify the authority (CNIL) now, and give it the reasons for the delay (GDPR article "
            "33(1)). The register asks for them too."
        ),
        _("Open the breach"),
    )
    NOTICE_WAITS = (
        "breach_notice_waits",
        _("A notice to affected people waits for its approval: %(title)s"),
        _(
            "%(actor)s wrote the notice to the people whom the breach “%(title)s” affects. Another "
            "owner or the data protection officer has to approve it."
        ),
        _("Nothing leaves before that. People must be told without undue delay."),
        _("Open the breach"),
    )
    NOTICE_APPROVED = (
        "breach_notice_approved",
        _("The notice to affected people leaves: %(title)s"),
        _(
            "%(actor)s approved the notice about the breach “%(title)s” for %(people)s people. It "
            "leaves now, also to people who unsubscribed or objected."
        ),
        _("Some of them will ask questions. Get ready to answer."),
        _("Open the breach"),
    )

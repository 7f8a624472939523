"""The acts and notices of reconfirmation, with their words."""

from flask_babel import lazy_gettext as _

from supporters.audit_log.audit_events import Act
from supporters.notices.security_notices import Notice

_LOOK = _("Look at the text")
_THE_TEXTS = _("The text: %(texts)s")
_CANCEL = _(
    "If you did not know of it, or doubt it, cancel it now. Each owner can do that, and the data "
    "protection officer."
)


class ReconfirmationAct(Act):
    """Acts about consent texts that change, and people who are asked again."""

    RECONFIRMATION_STARTED = (
        "purpose.reconfirmation_started",
        _("%(actor)s started to ask people again about %(object)s. People: %(people)s."),
    )
    RECONFIRMATION_STOPPED = (
        "purpose.reconfirmation_stopped",
        _("%(actor)s stopped asking people about %(object)s."),
    )
    CONSENT_CHANGE_REQUESTED = (
        "purpose.change_requested",
        _("%(actor)s asked a second person to agree to a text of %(object)s. Hash: %(texts)s."),
    )
    CONSENT_CHANGE_AGREED = (
        "purpose.change_agreed",
        _("%(actor)s agreed to a text of %(object)s as the second person. Hash: %(texts)s."),
    )
    CONSENT_CHANGE_DONE = (
        "purpose.change_done",
        _("The agreed text of %(object)s is in force. Hash: %(texts)s."),
    )
    CONSENT_CHANGE_CANCELLED = (
        "purpose.change_cancelled",
        _("%(actor)s cancelled a text of %(object)s that waited. Hash: %(texts)s."),
    )
    CONSENT_CHANGE_LAPSED = (
        "purpose.change_lapsed",
        _(
            "A text of %(object)s waits no longer: nobody agreed in time, or it can’t be put in "
            "force. Hash: %(texts)s."
        ),
    )


class ReconfirmationNotice(Notice):
    """Notices about consent texts that change, and people who are asked again."""

    CONSENT_CHANGE_WAITS = (
        "consent_change_waits",
        _("A consent text waits for a second person: %(name)s"),
        _(
            "%(actor)s asks for the agreement of a second person to a text of “%(name)s”: to give "
            "the consent another meaning, or to write to the people who agreed to an earlier text."
        ),
        _THE_TEXTS,
        _(
            "Nothing changes and no email leaves before another owner or the data protection "
            "officer agrees. Without an answer it ends after %(days)s days."
        ),
        _LOOK,
    )
    CONSENT_CHANGE_BEGINS = (
        "consent_change_begins",
        _("A consent text changes in %(hours)s hours: %(name)s"),
        _(
            "%(actor)s is the only owner, so nobody else can agree to this text of “%(name)s”. It "
            "is put in force, or people are asked about it, after %(hours)s hours."
        ),
        _THE_TEXTS,
        _CANCEL,
        _LOOK,
    )
    CONSENT_CHANGE_AGREED = (
        "consent_change_agreed",
        _("A consent text changes in %(hours)s hours: %(name)s"),
        _(
            "%(actor)s agreed to a text of “%(name)s”. It is put in force, or people are asked "
            "about it, after %(hours)s hours."
        ),
        _THE_TEXTS,
        _CANCEL,
        _LOOK,
    )
    CONSENT_CHANGE_DONE = (
        "consent_change_done",
        _("A consent text is agreed: %(name)s"),
        _(
            "Two persons agreed to this text of “%(name)s”, or its waiting time is over (by "
            "%(actor)s). It is in force now. Emails that ask people about it can leave."
        ),
        _THE_TEXTS,
        _("An owner can stop these emails at any time, on the page of the consent."),
        _LOOK,
    )
    CONSENT_CHANGE_CANCELLED = (
        "consent_change_cancelled",
        _("A consent text was not agreed: %(name)s"),
        _("%(actor)s cancelled a text of “%(name)s” that waited. Nothing changed."),
        _THE_TEXTS,
        _LOOK,
    )
    CONSENT_CHANGE_LAPSED = (
        "consent_change_lapsed",
        _("A consent text is no longer waiting: %(name)s"),
        _(
            "Nobody agreed in time, an account lost its role, or other words are in force "
            "meanwhile. Nothing changed. An owner can ask again."
        ),
        _THE_TEXTS,
        _LOOK,
    )
    MAILING_STOPPED = (
        "mailing_stopped",
        _("Emails to people stopped, because a consent text changed: %(name)s"),
        _(
            "People were being asked again about “%(name)s”. Its words are no longer those that a "
            "second person agreed to, so no more of these emails leave."
        ),
        _("To go on, an owner asks again, and a second person agrees to the new words."),
        _LOOK,
    )

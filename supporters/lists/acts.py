"""The acts and notices of lists and consents, with their words."""

from flask_babel import lazy_gettext as _

from supporters.audit_log.audit_events import Act
from supporters.notices.security_notices import Notice

_LOOK = _("Look at the text")
_THE_TEXTS = _("The text: %(texts)s")


class ListAct(Act):
    """Acts about lists, consents and stops."""

    CREATED = "list.created", _("%(actor)s created the list %(object)s.")
    OPENED = "list.opened", _("%(actor)s opened the signup page of the list %(object)s.")
    CLOSED = "list.closed", _("%(actor)s closed the signup page of the list %(object)s.")
    EDITED = (
        "list.edited",
        _("%(actor)s changed the name or the description of the list %(object)s."),
    )
    MOVED = "list.moved", _("%(actor)s changed the place of the list %(object)s in the order.")
    OFFERED = (
        "list.offered_elsewhere",
        _("%(actor)s put the list %(object)s on the other signup pages."),
    )
    HIDDEN = (
        "list.hidden_elsewhere",
        _("%(actor)s took the list %(object)s off the other signup pages."),
    )
    DELETED = (
        "list.deleted",
        _("%(actor)s deleted the list %(object)s. Address of its page: %(slug)s."),
    )
    SENDER_CHANGED = (
        "list.sender_changed",
        _("%(actor)s changed the sender of the list %(object)s. Name: %(name)s."),
    )
    THANKS_CHANGED = (
        "list.thanks_changed",
        _(
            "%(actor)s changed the words after the confirmation of the list %(object)s. Languages "
            "of the welcome email: %(welcome)s."
        ),
    )
    TERRITORY_CHANGED = (
        "list.territory_changed",
        _("%(actor)s changed the territory of the list %(object)s."),
    )
    PURPOSE_CREATED = "purpose.created", _("%(actor)s wrote %(object)s.")
    PURPOSE_REWORDED = "purpose.reworded", _("%(actor)s changed the wording of %(object)s.")
    PURPOSE_SUCCEEDED = (
        "purpose.succeeded",
        _("%(actor)s changed the meaning of a consent: %(object)s is new."),
    )
    PURPOSE_OFFERED = (
        "purpose.offered",
        _("%(actor)s put the box of %(object)s on the signup pages."),
    )
    PURPOSE_REMOVED = (
        "purpose.removed_from_pages",
        _("%(actor)s removed the box of %(object)s from all pages."),
    )
    PERSON_STOPPED = "person.stopped", _("%(actor)s stopped all emails to %(object)s.")
    NOTICE_ON = (
        "list.notice_on",
        _("%(actor)s switched on the email that tells people what was recorded."),
    )
    NOTICE_OFF = (
        "list.notice_off",
        _("%(actor)s switched off the email that tells people what was recorded."),
    )


class ListNotice(Notice):
    """Notices about lists, consents and stops."""

    CONSENT_REWORDED = (
        "consent_reworded",
        _("A consent text has other words: %(name)s"),
        _(
            "%(actor)s changed the words of the consent “%(name)s”, and said that they mean the "
            "same. People who sign up now agree to these words."
        ),
        _THE_TEXTS,
        _("If they do not mean the same, speak with them, and write the text again."),
        _LOOK,
    )
    CONSENT_OFFERED = (
        "consent_offered",
        _("A new box on the sign-up pages: %(name)s"),
        _("%(actor)s put a box for the consent “%(name)s” on every sign-up page."),
        _THE_TEXTS,
        _LOOK,
    )
    WELCOME_CHANGED = (
        "welcome_changed",
        _("The welcome email of a list changed: %(name)s"),
        _(
            "%(actor)s changed the words that people of the list “%(name)s” get after their "
            "confirmation."
        ),
        _("The welcome email: %(texts)s"),
        _("Look at the words"),
    )

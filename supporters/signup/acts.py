"""The acts and notices of sign-ups, with their words."""

from flask_babel import lazy_gettext as _

from supporters.audit_log.audit_events import Act
from supporters.notices.security_notices import Notice


class SignupAct(Act):
    """Acts about rushes of sign-ups."""

    EMAILS_HELD = (
        "signups.emails_held",
        _("Far more sign-ups than usual: their emails are held. Within five minutes: %(count)s."),
    )
    EMAILS_RELEASED = (
        "signups.emails_released",
        _("%(actor)s let the held emails go. Emails: %(count)s."),
    )
    EMAILS_DROPPED = (
        "signups.emails_dropped",
        _("%(actor)s dropped held emails of a network or a mail domain. Emails: %(count)s."),
    )
    BROADCAST_ANNOUNCED = (
        "event.announced",
        _("%(actor)s announced %(object)s. Limits times %(factor)s, for hours: %(hours)s."),
    )
    BROADCAST_ENDED = "event.ended", _("%(actor)s ended %(object)s before its time.")


class SignupNotice(Notice):
    """Notices about rushes of sign-ups."""

    CODES_STOPPED = (
        "codes_stopped",
        _("Somebody guesses the codes of confirmation emails"),
        _(
            "Within an hour, %(wrong)s wrong codes were typed on the sign-up pages: more than "
            "right ones. So no code is accepted until the end of the hour."
        ),
        _(
            "People still confirm with the button in their email. There is nothing to do, unless "
            "it goes on for days: then ask the operator to look at the networks."
        ),
        _("Open the console"),
    )
    SPIKE = (
        "signup_spike",
        _("Far more sign-ups than usual: their emails wait for you"),
        _(
            "Within five minutes %(counted)s confirmation emails were to leave, more than twenty "
            "times the usual number. Somebody may be using our form to flood mailboxes."
        ),
        _(
            "Nobody was refused, and nothing is lost: %(held)s emails wait. If networks or mail "
            "domains stand out, only theirs do. Let them go if you know the reason, such as a "
            "broadcast. Otherwise drop those of the network or the mail domain that sends them."
        ),
        _("Decide about the emails"),
    )

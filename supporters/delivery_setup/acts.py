"""The acts and notices of the set-up of delivery, with their words."""

from flask_babel import lazy_gettext as _

from supporters.audit_log.audit_events import Act
from supporters.notices.security_notices import Notice


class SetupAct(Act):
    """Acts about the set-up of delivery."""

    OVERRIDDEN = (
        "sending.setup_overridden",
        _("%(actor)s allowed campaigns in spite of a faulty delivery set-up. Reason: %(reason)s"),
    )
    OVERRIDE_ENDED = (
        "sending.override_ended",
        _("%(actor)s ended the permission to send in spite of a faulty delivery set-up."),
    )
    ALLOWED_IN_SPITE = (
        "campaign.allowed_in_spite",
        _("%(object)s may leave in spite of a faulty delivery set-up (%(lines)s): %(reason)s"),
    )
    LOOP_TESTED = "sending.loop_tested", _("%(actor)s sent the loop test of the mail server.")


class SetupNotice(Notice):
    """Notices about the set-up of delivery."""

    TURNED_RED = (
        "setup_turned_red",
        _("The delivery set-up has a fault"),
        _("A check found a fault that may keep our emails from arriving."),
        _(
            "Campaigns may be refused until it is corrected. The page says what is wrong, and "
            "which record to publish."
        ),
        _("Open the delivery set-up"),
    )

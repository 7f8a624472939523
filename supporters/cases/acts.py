"""The acts and notices of cases, with their words."""

from flask_babel import lazy_gettext as _

from supporters.audit_log.audit_events import Act
from supporters.notices.security_notices import Notice


class CaseTeamAct(Act):
    """Acts about cases."""

    OPENED = "case.opened", _("%(actor)s opened %(object)s.")
    NOTED = "case.noted", _("%(actor)s added a note to %(object)s.")
    EXTENDED = "case.extended", _("%(actor)s extended %(object)s by two months.")
    CLOSED = "case.closed", _("%(actor)s closed %(object)s.")


class CaseTeamNotice(Notice):
    """Notices about cases."""

    MANY_ACTS_ON_BEHALF = (
        "many_acts_on_behalf",
        _("The team acted for many people within 24 hours"),
        _(
            "Within 24 hours, the team stopped, corrected, restricted or erased %(count)s people "
            "at their request. The last one was by %(account)s."
        ),
        _(
            "If this is not an ordinary day, ask that account, or disable it. The audit log has "
            "each act."
        ),
        _("Look at the team"),
    )

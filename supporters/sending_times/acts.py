"""The acts about the sending window and ballots, with their words."""

from flask_babel import lazy_gettext as _

from supporters.audit_log.audit_events import Act


class SendingTimesAct(Act):
    """Acts about when campaigns may leave."""

    WINDOW_CHANGED = (
        "sending_window.changed",
        _(
            "%(actor)s changed the sending window. Days: %(days)s. Minutes of the day: from "
            "%(opens)s to %(closes)s."
        ),
    )
    WINDOW_REMOVED = "sending_window.removed", _("%(actor)s switched the sending window off.")
    BALLOT_ADDED = "ballot.added", _("%(actor)s added %(object)s. First day: %(first_day)s.")
    BALLOT_CHANGED = "ballot.changed", _("%(actor)s changed %(object)s. First day: %(first_day)s.")
    BALLOT_DELETED = "ballot.deleted", _("%(actor)s deleted %(object)s. First day: %(first_day)s.")

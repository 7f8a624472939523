"""The acts and notices of sending, with their words."""

from flask_babel import lazy_gettext as _

from supporters.audit_log.audit_events import Act
from supporters.notices.security_notices import Notice


class DeliveryAct(Act):
    """Acts about tests, sending and its stops."""

    RECONFIRMATION_TESTED = (
        "purpose.reconfirmation_tested",
        _("%(actor)s sent themselves a test of the question about %(object)s."),
    )
    CAMPAIGN_TESTED = "campaign.tested", _("%(actor)s sent a test of %(object)s to the team.")
    CAMPAIGN_LEFT_OUT = (
        "campaign.left_out",
        _(
            "%(object)s left people out who have no valid consent. People: %(people)s. Consent "
            "ended: %(ended)s. Not in the consent log: %(unlogged)s."
        ),
    )
    LATE_LIMIT_CHANGED = (
        "sending.late_limit_changed",
        _(
            "%(actor)s changed how many minutes after its hour a planned campaign may still leave: "
            "%(before)s before, %(after)s now."
        ),
    )
    FOLLOW_UP_BEGUN = (
        "campaign.follow_up_begun",
        _("%(actor)s wrote the draft %(object)s for people of campaign %(followed)s."),
    )
    SENDING_STOPPED = "sending.stopped", _("%(actor)s stopped all sending.")
    SENDING_RESUMED = "sending.resumed", _("%(actor)s ended the emergency stop.")
    SENDING_HELD = "sending.held", _("%(actor)s held all sending.")
    SILENCE_BEGAN = (
        "campaign.silenced",
        _("Electoral silence began, and paused %(object)s. Done by: %(actor)s."),
    )
    WITHDRAWALS_REPLAYED = (
        "database.withdrawals_replayed",
        _("%(actor)s applied the withdrawals again after a restore. Count: %(count)s."),
    )


class DeliveryNotice(Notice):
    """Notices about tests, sending and its stops."""

    SILENCE_BEGAN = (
        "silence_began",
        _("Paused by electoral silence: %(subject)s"),
        _(
            "The electoral silence before “%(ballot)s” has begun, so the campaign “%(subject)s” "
            "was paused. It lasts until %(until)s."
        ),
        _("Nobody gets the campaign meanwhile. Afterwards, press “Resume” if it still fits."),
        _("Open the campaign"),
    )

    BASELESS_CONSENTS = (
        "baseless_consents",
        _("Somebody wrote to the database: people without a valid consent were on a list"),
        _(
            "The campaign “%(campaign)s” did not go to %(people)s people who are on its list. "
            "%(ended)s of them left or objected after their consent; of %(unlogged)s the consent "
            "log knows no consent."
        ),
        _(
            "Our program makes no such rows, so somebody wrote to the database past it. They may "
            "have changed more. Stop all sending, keep everything as it is, and ask the operator "
            "to run: flask consent verify"
        ),
        _(
            "This may be a personal data breach. The data protection officer decides within 72 "
            "hours whether the authority must be told."
        ),
        _("Open the campaign"),
    )

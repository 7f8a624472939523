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
    THRESHOLDS_CHANGED = (
        "sending.thresholds_changed",
        _(
            "%(actor)s changed the thresholds that pause a campaign, of 1,000 people. Disputes: "
            "%(disputed_before)s, now %(disputed_after)s. Rejected addresses: %(refused_before)s, "
            "now %(refused_after)s. Departures: %(departed_before)s, now %(departed_after)s. "
            "Spam button: %(complained_before)s, now %(complained_after)s."
        ),
    )
    CEILING_CHANGED = (
        "pace.ceiling_changed",
        _(
            "%(actor)s changed the ceilings of %(provider)s. An hour: %(hour_before)s before, "
            "%(hour_after)s now. A day: %(day_before)s before, %(day_after)s now. 0 is none."
        ),
    )
    CEILING_LOWERED = (
        "pace.ceiling_lowered",
        _(
            "The ceilings of %(provider)s were halved for a day: %(because)s. An hour: "
            "%(hour_after)s. A day: %(day_after)s. 0 is none. Done by: %(actor)s."
        ),
    )
    LOWERING_LIFTED = (
        "pace.lowering_lifted",
        _("%(actor)s ended the lower ceilings of %(provider)s."),
    )
    WARM_UP_STARTED = (
        "pace.warm_up_started",
        _("%(actor)s set a warm-up for %(provider)s: %(plan)s. First day: %(first_day)s."),
    )
    WARM_UP_STOPPED = (
        "pace.warm_up_stopped",
        _("%(actor)s ended the warm-up for %(provider)s: %(plan)s."),
    )
    CONNECTIONS_CHANGED = (
        "pace.connections_changed",
        _(
            "%(actor)s changed how many connections to the mail server campaigns may have: "
            "%(before)s before, %(after)s now. 0 is any number."
        ),
    )
    MACHINE_LOST = (
        "machine.lost",
        _("%(actor)s declared a machine lost: %(host)s (%(machine)s)."),
    )
    KEYS_ROTATED = (
        "keys.rotated",
        _("%(actor)s rotated the secret keys to %(key)s. Encrypted anew: %(count)s."),
    )
    SENDING_HELD = "sending.held", _("%(actor)s held all sending.")
    SILENCE_BEGAN = (
        "campaign.silenced",
        _("Electoral silence began, and paused %(object)s. Done by: %(actor)s."),
    )
    WITHDRAWALS_REPLAYED = (
        "database.withdrawals_replayed",
        _("%(actor)s applied the withdrawals again after a restore. Count: %(count)s."),
    )
    CAMPAIGN_SETTLED = (
        "campaign.settled",
        _(
            "%(actor)s marked who got %(object)s by the log of the mail server. They got it: "
            "%(accepted)s. They wait again: %(requeued)s."
        ),
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
    SENDING_STOPPED = (
        "sending_stopped",
        _("All sending is stopped"),
        _("%(actor)s stopped all sending of campaigns, invitations and reconfirmations."),
        _("Reason: %(reason)s"),
        _("Confirmation emails still leave. An owner can let sending continue, in the console."),
        _("See the campaigns"),
    )
    SENDING_RESUMED = (
        "sending_resumed",
        _("Sending continues"),
        _("%(actor)s ended the emergency stop. Campaigns that nobody paused go on."),
        _("Reason: %(reason)s"),
        _("See the campaigns"),
    )
    RELAY_REFUSES = (
        "relay_refuses",
        _("Paused: %(subject)s"),
        _(
            "The campaign “%(subject)s” paused itself: the mail server rejects our messages. It "
            "says: %(reply)s"
        ),
        _("Nobody is lost: these messages wait again. Ask the operator to correct the cause."),
        _("Open the campaign"),
    )
    MANY_DEAD_ADDRESSES = (
        "many_dead_addresses",
        _("Paused: %(subject)s"),
        _(
            "The campaign “%(subject)s” paused itself: the mail server rejected %(count)s of the "
            "last %(base)s addresses. Your threshold is %(limit)s of 1,000."
        ),
        _("Find out why, for example an old list, before you resume or cancel it."),
        _("Open the campaign"),
    )
    MANY_DEPARTURES = (
        "many_departures",
        _("Paused: %(subject)s"),
        _(
            "The campaign “%(subject)s” paused itself: %(count)s people left because of it, of "
            "%(base)s who got it. Your threshold is %(limit)s of 1,000."
        ),
        _("Read it again as they did, before you resume or cancel it."),
        _("Open the campaign"),
    )
    MANY_COMPLAINTS = (
        "many_complaints",
        _("Paused: %(subject)s"),
        _(
            "The campaign “%(subject)s” paused itself: %(count)s people pressed the spam button, "
            "of %(base)s who got it. Your threshold is %(limit)s of 1,000."
        ),
        _("They left every list. Read it again as they did, before you resume or cancel it."),
        _("Open the campaign"),
    )
    COMPLAINTS_BEGIN = (
        "complaints_begin",
        _("People press the spam button: %(subject)s"),
        _(
            "Spam button pressed on “%(subject)s”: by %(count)s of %(base)s people who got it. Of "
            "1,000 people, large mailbox providers want less than one to do so."
        ),
        _("They left every list. With %(limit)s of 1,000 a campaign pauses itself."),
        _("Open the campaign"),
    )
    MANY_RETURNED = (
        "many_returned",
        _("Paused: %(subject)s"),
        _(
            "The campaign “%(subject)s” paused itself: %(count)s emails came back, because mail "
            "servers refuse our messages or their content. %(base)s were sent."
        ),
        _(
            "Nobody was unsubscribed: their mailboxes are not the cause. Ask the operator to run "
            "“flask doctor”, and correct the cause before you resume it."
        ),
        _("Open the campaign"),
    )
    WAVE_ENDED = (
        "wave_ended",
        _("The first wave has left: %(subject)s"),
        _(
            "The first wave of the campaign “%(subject)s” went to %(people)s people. The others "
            "wait."
        ),
        _("Look at its figures, then continue or cancel it."),
        _("Open the campaign"),
    )
    WAVE_HELD = (
        "wave_held",
        _("Waits for you: %(subject)s"),
        _(
            "The time after the first wave of “%(subject)s” is over, and a figure is at its "
            "threshold. So the campaign doesn’t go on by itself."
        ),
        _("Look at its figures, then continue or cancel it."),
        _("Open the campaign"),
    )

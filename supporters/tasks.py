"""The queue's jobs: a line each, calling a use case."""

from supporters import clock
from supporters.audit import checkpoint_mail
from supporters.breaches.breach_alarms import alarm_about_breaches
from supporters.breaches.breach_notices import send_next_notices
from supporters.campaigns.comments import team_comments
from supporters.campaigns.comments.presence import purge_presences
from supporters.campaigns.links import link_checks
from supporters.cases import case_service
from supporters.cases.queries import count_disputes
from supporters.consent.trigger_counts import sum_up_counts
from supporters.consent.withdrawal_copies import purge_stored_lines
from supporters.delivery import audience, batches, ledger_repair
from supporters.delivery.database_clock import database_time
from supporters.delivery.emergency_stop import may_send
from supporters.delivery.first_wave import wave_control
from supporters.delivery.health.domain_counts import store_domain_counts
from supporters.delivery.health.provider_limits import lower_for_health
from supporters.delivery.message import spam_scores
from supporters.delivery.pace.use_counts import purge_use
from supporters.delivery.pauses import silence_pause
from supporters.delivery.planned.due_launches import launch_due_campaigns
from supporters.delivery.stored_audiences.audience_counts import store_counts
from supporters.delivery.thresholds import departures_of_run
from supporters.delivery_setup import setup_checks
from supporters.extensions import queue
from supporters.imports import import_approval, import_cleanup, import_jobs, invitation_mails
from supporters.limits.count_store import purge_counts
from supporters.limits.guess_limits import purge_guesses
from supporters.mail_signing.key_rotation import check_waiting_keys
from supporters.my_data import my_data_links
from supporters.personal_data import disk_cleanup, erasure
from supporters.reconfirmation import reconfirmation_rounds
from supporters.reconfirmation.consent_changes import settle_changes
from supporters.retention import retention_rounds
from supporters.retention.clock_doubts import may_delete
from supporters.retention.retention_actions import get_retention_actions
from supporters.sign_in import password_changes
from supporters.sign_in.password_check import sum_refusals
from supporters.sign_in.sign_in_sessions import purge_known_devices, purge_sessions
from supporters.sign_in.stored_forms import purge_stored_forms
from supporters.signup import code_limits, welcome_mails
from supporters.signup.pending_counts import store_pending_counts
from supporters.signup.rush import spike_watch
from supporters.signup.signup_sources import count_sources


@queue.job
def answer_password_reset(reset_id: int) -> None:
    """Answer a request for a new password."""
    password_changes.answer_password_reset(reset_id)


@queue.every_minute
def answer_password_resets() -> None:
    """Answer requests for a new password whose job was lost."""
    password_changes.answer_waiting_resets()


@queue.job
def answer_my_data_request(ticket_id: int) -> None:
    """Answer a request for My data."""
    my_data_links.answer_my_data_request(ticket_id)


@queue.every_minute
def answer_my_data_requests() -> None:
    """Answer requests for My data whose job was lost."""
    my_data_links.answer_waiting_requests()


@queue.every_minute
def watch_sign_ins() -> None:
    """Tell accounts and owners of many refused sign-ins, and record them."""
    sum_refusals(clock.now())


@queue.every_minute
def watch_signups() -> None:
    """Tell the owners if somebody guesses codes; hold the emails of a spike."""
    code_limits.tell_of_guessing(clock.now())
    spike_watch.watch_spike(clock.now())


@queue.every_minute
def launch_planned() -> None:
    """Launch the campaigns whose hour has come."""
    launch_due_campaigns(database_time())


@queue.job
def skip_rest_of_cancelled() -> None:
    """Skip the rest of cancelled campaigns."""
    batches.skip_rest_of_cancelled()


@queue.job
def work_on_import(import_id: int) -> None:
    """Process a part of an import's file."""
    import_jobs.process_import_slice(import_id)


@queue.every_minute
def take_up_imports() -> None:
    """Go on with imports whose job was lost."""
    import_jobs.queue_unattended_imports()


@queue.every_minute
def ask_invited() -> None:
    """Record the results of invitations, and send the next ones."""
    invitation_mails.record_invitation_results(clock.now())
    import_approval.hold_unwanted_imports(clock.now())
    if may_send():
        invitation_mails.send_next_invitations(clock.now())


@queue.every_minute
def welcome_people() -> None:
    """Put welcome emails into the outbox for people who have just confirmed."""
    if may_send():
        welcome_mails.send_next_welcomes(clock.now())


@queue.every_minute
def finish_erasures() -> None:
    """Finish erasures whose last email a sender had claimed, and clear deleted bytes."""
    erasure.finish_erasures()


@queue.every_minute
def clear_disk() -> None:
    """At night, remove the deleted bytes of erased people from the files of the database."""
    disk_cleanup.clear_if_due(clock.now())


@queue.every_minute
def tell_mentioned() -> None:
    """Tell accounts that comments mention them."""
    team_comments.tell_mentioned(clock.now())


@queue.every_minute
def keep_silence() -> None:
    """Pause the campaigns whose lists have electoral silence."""
    silence_pause.pause_in_silence(database_time())


@queue.every_minute
def sweep_deliveries() -> None:
    """Repair the ledger after dead workers and lost jobs."""
    ledger_repair.repair_ledger(database_time())


@queue.every_minute
def watch_campaigns() -> None:
    """Pause campaigns that too many people leave; let those go on whose first wave is over."""
    now = database_time()
    departures_of_run.watch_departures(now)
    wave_control.watch_waves(now, count_disputes)


@queue.every_minute
def check_delivery_setup() -> None:
    """Check the set-up of delivery once a day, and before a planned launch."""
    setup_checks.check_if_due(clock.now())


@queue.every_minute
def mail_log_head() -> None:
    """Send the log's checkpoint to the data protection officer, once a day."""
    checkpoint_mail.mail_checkpoint(clock.now())


@queue.every_minute
def forget() -> None:
    """Delete what is past its retention time and quick to find, and leftovers of imports."""
    if not may_delete():
        return
    now = clock.now()
    retention_rounds.purge_every_minute(now)
    import_cleanup.end_finished_imports()
    import_cleanup.clean_up_imports(now)
    purge_stored_lines(database_time())
    purge_stored_forms(now)
    purge_sessions(now)
    purge_presences(now)
    purge_known_devices(now)
    password_changes.purge_password_resets(now)
    purge_guesses(now)
    purge_counts(now)
    purge_use(now)
    link_checks.purge_asked_links(now)


@queue.every_minute
def check_dkim() -> None:
    """Let the DKIM keys sign whose records show in the DNS."""
    check_waiting_keys(clock.now())


@queue.every_minute
def ask_links() -> None:
    """Ask the links of drafts whether they answer."""
    link_checks.ask_links(clock.now())


@queue.every_minute
def score_tests() -> None:
    """Ask a spam filter for its score of what the team tests, where one is installed."""
    spam_scores.score_tests(clock.now())


@queue.every_minute
def ask_again() -> None:
    """Record which reconfirmations were sent, and send the next few, unless all sending stops.

    The texts that wait for their time come first.
    """
    now = clock.now()
    reconfirmation_rounds.record_inactivity_mails(now)
    if may_send():
        settle_changes(now)
        retention_rounds.ask_next_inactive_people(
            now,
            get_retention_actions(),
            asked_already=reconfirmation_rounds.send_next_reconfirmations(now),
        )


@queue.every_minute
def keep_retention() -> None:
    """Once a day, go through all stored data and purge what is past its retention time."""
    if may_delete():
        retention_rounds.run_if_due(clock.now(), get_retention_actions())


@queue.every_minute
def keep_counts() -> None:
    """Sum up the counts of triggers; count sources of sign-ups, and how many aren't confirmed."""
    sum_up_counts()
    count_sources(clock.now())
    store_pending_counts(clock.now())


@queue.every_minute
def count_audiences() -> None:
    """Count the people of campaigns to long lists, for the pages."""
    store_counts(clock.now(), audience.count_groups)


@queue.every_minute
def count_domains() -> None:
    """Count what each mailbox provider took of a campaign; slow down where people complain."""
    store_domain_counts(clock.now())
    lower_for_health(database_time())


@queue.every_minute
def remind_of_cases() -> None:
    """Remind the data protection officer of cases that are nearly due."""
    case_service.remind_of_cases(clock.now())


@queue.every_minute
def work_on_breaches() -> None:
    """Alarm about breaches that nobody decided on, and send the next notices to people."""
    alarm_about_breaches(clock.now())
    send_next_notices(clock.now())

"""For each alarm, figures that ring it, and by when; before them all is quiet."""

from typing import NamedTuple

QUIET = {
    'up{job="supporters-web", instance="web1"}': "1x90",
    'supporters_database_up{instance="web1"}': "1x90",
    'supporters_machines_at_work{instance="web1"}': "2x90",
    'supporters_oldest_email_seconds{instance="web1"}': "1x90",
    'supporters_requests_total{group="signup", status="2xx"}': "0+600x90",
    'supporters_requests_total{group="signup", status="5xx"}': "0+1x90",
    'supporters_requests_total{group="signup", status="503"}': "0+1x90",
    'supporters_requests_total{group="signup", status="429"}': "0+1x90",
    'supporters_request_seconds_bucket{group="signup", le="0.1"}': "0+600x90",
    'supporters_request_seconds_bucket{group="signup", le="2.0"}': "0+600x90",
    'supporters_request_seconds_bucket{group="signup", le="+Inf"}': "0+600x90",
    'supporters_signup_emails_held{instance="web1"}': "0x90",
    'supporters_queue_jobs{instance="web1"}': "3x90",
    'supporters_mails_total{outcome="uncertain"}': "0x90",
    'supporters_troubles_total{kind="journal"}': "0x90",
    'supporters_sending_rate{instance="web1"}': "90x90",
    'supporters_campaign_mails{campaign="7", state="queued"}': "9x90",
    'supporters_sending_stopped{instance="web1"}': "0x90",
    'supporters_sending_held{instance="web1"}': "0x90",
    'supporters_journal_gaps{instance="web1"}': "0x90",
    'supporters_oldest_unsealed_seconds{instance="web1"}': "2x90",
    'supporters_health_problem{problem="log"}': "0x90",
    'supporters_health_problem{problem="unverified"}': "0x90",
    'supporters_health_problem{problem="forked"}': "0x90",
    'supporters_health_problem{problem="witnesses"}': "0x90",
    'supporters_health_problem{problem="timestamps"}': "0x90",
    'supporters_health_problem{problem="late"}': "0x90",
    'supporters_disk_free_bytes{instance="web1"}': "50x90",
    'supporters_disk_size_bytes{instance="web1"}': "100x90",
    'supporters_build_info{version="1.0", instance="web1"}': "1x90",
}


class Case(NamedTuple):
    """The figures that differ from the quiet ones, and the minute at which the alarm rings."""

    figures: dict[str, str]
    minute: int


CASES = {
    "SupportersMachineGone": Case({'up{job="supporters-web", instance="web1"}': "0x90"}, 3),
    "SupportersDatabaseDown": Case({'supporters_database_up{instance="web1"}': "0x90"}, 2),
    "SupportersNoWorker": Case({'supporters_machines_at_work{instance="web1"}': "0x90"}, 3),
    "SupportersEmailsLate": Case({'supporters_oldest_email_seconds{instance="web1"}': "130x90"}, 2),
    "SupportersErrors": Case(
        {'supporters_requests_total{group="signup", status="5xx"}': "0+9x90"}, 10
    ),
    "SupportersPeopleWait": Case(
        {'supporters_requests_total{group="signup", status="503"}': "0+60x90"}, 10
    ),
    "SupportersManyRefused": Case(
        {'supporters_requests_total{group="signup", status="429"}': "0+300x90"}, 20
    ),
    "SupportersSlow": Case(
        {'supporters_request_seconds_bucket{group="signup", le="0.1"}': "0+300x90"}, 10
    ),
    "SupportersSignupEmailsHeld": Case(
        {'supporters_signup_emails_held{instance="web1"}': "1x90"}, 1
    ),
    "SupportersQueueLong": Case({'supporters_queue_jobs{instance="web1"}': "2000x90"}, 11),
    "SupportersUncertain": Case({'supporters_mails_total{outcome="uncertain"}': "0 0 1x90"}, 5),
    "SupportersJournalFull": Case({'supporters_troubles_total{kind="journal"}': "0 0 1x90"}, 5),
    "SupportersCampaignStands": Case({'supporters_sending_rate{instance="web1"}': "0x90"}, 11),
    "SupportersStopped": Case({'supporters_sending_stopped{instance="web1"}': "1x90"}, 31),
    "SupportersHeld": Case({'supporters_sending_held{instance="web1"}': "1x90"}, 1),
    "SupportersJournalGap": Case({'supporters_journal_gaps{instance="web1"}': "1x90"}, 1),
    "SupportersSealingStands": Case(
        {'supporters_oldest_unsealed_seconds{instance="web1"}': "130x90"}, 2
    ),
    "SupportersLogFaults": Case({'supporters_health_problem{problem="log"}': "1x90"}, 1),
    "SupportersUnverified": Case({'supporters_health_problem{problem="unverified"}': "1x90"}, 61),
    "SupportersForked": Case({'supporters_health_problem{problem="forked"}': "1x90"}, 1),
    "SupportersWitnesses": Case({'supporters_health_problem{problem="witnesses"}': "1x90"}, 61),
    "SupportersTimestamps": Case({'supporters_health_problem{problem="timestamps"}': "1x90"}, 61),
    "SupportersPurgeLate": Case({'supporters_health_problem{problem="late"}': "1x90"}, 61),
    "SupportersDiskFull": Case({'supporters_disk_free_bytes{instance="web1"}': "9x90"}, 6),
    "SupportersVersionsDiffer": Case(
        {'supporters_build_info{version="1.1", instance="web2"}': "1x90"}, 61
    ),
}

"""Repairs the ledger after dead workers and lost jobs; runs every minute and at each start."""

from datetime import datetime

from supporters import clock
from supporters.campaigns.queries import list_paused_campaigns, list_running_campaigns
from supporters.delivery.batches import skip_rest_of_cancelled
from supporters.delivery.completion import finish_if_done
from supporters.delivery.problems import is_refused
from supporters.delivery.relay_refusals import requeue_refused
from supporters.delivery.send_journal.claim_recovery import (
    recover_dead_workers,
    recover_silent_senders,
)
from supporters.mail.outbox_claims import put_back_after_lease


def repair_ledger(now: datetime) -> None:
    """Recover the claims of dead and silent senders, requeue, and end what is done.

    `now` is the time of the ledger; the leases of emails follow the clocks of the machines.
    """
    if recover_dead_workers(now):
        put_back_after_lease(clock.now())
    recover_silent_senders(now)
    skip_rest_of_cancelled()
    for campaign in list_paused_campaigns():
        if is_refused(campaign.problem):
            requeue_refused(campaign.id, now)
    for campaign in list_running_campaigns():
        finish_if_done(campaign.id)

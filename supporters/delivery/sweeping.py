"""Repairs what dead workers and lost jobs left behind; run every minute and at each start."""

from datetime import datetime

from supporters.campaigns.queries import list_running_campaigns
from supporters.delivery.cancelling import skip_rest_of_cancelled
from supporters.delivery.finishing import finish_if_done
from supporters.delivery.recovering import recover_silent, recover_worker
from supporters.delivery.workers import bury_worker, list_dead_workers


def sweep(now: datetime) -> None:
    """Recover what dead and silent lanes had in hand, and end what is done.

    `now` is the time by which the ledger is kept.
    """
    for worker in list_dead_workers():
        recover_worker(worker.name, now)
        bury_worker(worker)
    recover_silent(now)
    skip_rest_of_cancelled()
    for campaign in list_running_campaigns():
        finish_if_done(campaign.id)

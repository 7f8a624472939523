"""A relay that ends a connection after it took some emails has no problem."""

import pytest

from supporters.campaigns.models import CampaignStatus
from supporters.delivery.engine.sending_engine import send_here
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply, ReplyKind, Stage
from tests.factories.campaigns import (
    ANNA,
    BORIS,
    CHLOE,
    RecordingTransport,
    launch_to_addresses,
    reload,
)

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


@pytest.mark.parametrize(
    ("said", "stage", "kind", "goes_on"),
    [
        ("421 4.7.0", Stage.MAIL, ReplyKind.CLOSING, True),
        ("421", Stage.RCPT, ReplyKind.CLOSING, True),
        ("gone", Stage.BETWEEN, ReplyKind.HUNG_UP, True),
        ("451", Stage.MAIL, ReplyKind.ANSWER, False),
        ("421", Stage.SESSION, ReplyKind.CLOSING, False),
        ("TimeoutError", Stage.MAIL, ReplyKind.FAILED, False),
    ],
)
def test_enough_on_this_connection_is_no_problem_after_emails_were_taken(
    said: str, stage: Stage, kind: ReplyKind, goes_on: bool
) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS, CHLOE)
    yes, enough = (
        RelayReply(AttemptOutcome.ACCEPTED, "250"),
        RelayReply(AttemptOutcome.NOT_TRIED, said, stage, kind),
    )
    replies = iter([yes, enough])
    send_here(RecordingTransport(lambda _: next(replies, yes)))
    assert (reload(campaign_id).status is CampaignStatus.SENT) is goes_on


def test_enough_on_a_connection_that_took_nothing_is_a_problem() -> None:
    campaign_id = launch_to_addresses(ANNA)
    reply = RelayReply(AttemptOutcome.NOT_TRIED, "421", Stage.MAIL, ReplyKind.CLOSING)
    send_here(RecordingTransport(lambda _: reply))
    assert reload(campaign_id).problem == "MAIL 421"

"""Sends a campaign as a test to the signed-in account, and says so on the next page."""

from flask import flash
from flask_babel import format_decimal, gettext
from flask_login import current_user

from supporters.campaigns.models import Campaign
from supporters.delivery.message.previews import (
    TESTS_A_DAY,
    TESTS_SENT_A_DAY,
    SendTestError,
    send_test,
)
from supporters.web.labels import label


def send_own_test(campaign: Campaign) -> SendTestError | None:
    """Put the test into the outbox. A faulty campaign gets none: its page says what is wrong."""
    refused = send_test(campaign, current_user.id)
    if refused is None:
        done = gettext("A test is on its way to %(address)s.", address=current_user.email)
        flash(done, "success")
    elif refused is not SendTestError.CONTENT_FAULTY:
        flash(explain_refusal(refused), "error")
    return refused


def explain_refusal(refused: SendTestError) -> str:
    """Return the words about a test that was not sent."""
    counts = {"count": format_decimal(TESTS_A_DAY), "sent": format_decimal(TESTS_SENT_A_DAY)}
    return label(refused) % counts

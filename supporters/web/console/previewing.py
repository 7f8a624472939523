"""A campaign before it is sent: as its readers will see it, and as a test to oneself."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext
from flask_login import current_user

from supporters.campaigns.checking import find_faults
from supporters.delivery.testing import TESTS_A_DAY, RefusedTest, preview_campaign, send_test
from supporters.web.console.blueprint import CAMPAIGN, console, for_everybody_here, writers_only
from supporters.web.console.campaigns import get_or_404
from supporters.web.console.drafts import to_faults
from supporters.web.headers import show_as_mail
from supporters.web.labels import label


@console.get(f"/campaigns/{CAMPAIGN}/preview")
@for_everybody_here
def preview(campaign_id: int) -> ResponseReturnValue:
    """Show the message in both forms."""
    campaign = get_or_404(campaign_id)
    if find_faults(campaign.subject, campaign.body):
        return to_faults(campaign_id)
    content = preview_campaign(campaign)
    return render_template(
        "console/preview.html", campaign=campaign, subject=content.subject, text=content.text
    )


@console.get(f"/campaigns/{CAMPAIGN}/preview.html")
@for_everybody_here
def preview_html(campaign_id: int) -> str:
    """Show the HTML of the message, for the sandboxed frame of the preview."""
    campaign = get_or_404(campaign_id)
    if find_faults(campaign.subject, campaign.body):
        abort(404)
    content = preview_campaign(campaign)
    show_as_mail()
    return content.html


@console.post(f"/campaigns/{CAMPAIGN}/test")
@writers_only
def test_campaign(campaign_id: int) -> ResponseReturnValue:
    """Send the message to the organiser who asks for it, and to nobody else."""
    refused = send_test(get_or_404(campaign_id), current_user.id)
    if refused is RefusedTest.CONTENT_FAULTY:
        return to_faults(campaign_id)
    if refused:
        words = {"count": format_decimal(TESTS_A_DAY)}
        flash(label(refused) % words, "error")
    else:
        done = gettext("A test is on its way to %(address)s.", address=current_user.email)
        flash(done, "success")
    return redirect(url_for("console.preview", campaign_id=campaign_id), 303)

"""A campaign before it is sent: as its readers will see it, and as a test to oneself."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters.delivery.testing import preview_campaign, send_test
from supporters.web.console.blueprint import CAMPAIGN, console, for_everybody_here, writers_only
from supporters.web.console.campaigns import get_or_404, list_faults
from supporters.web.headers import show_as_mail


@console.get(f"/campaigns/{CAMPAIGN}/preview")
@for_everybody_here
def preview(campaign_id: int) -> str:
    """Show the message in both forms."""
    campaign = get_or_404(campaign_id)
    content = preview_campaign(campaign)
    return render_template(
        "console/preview.html", campaign=campaign, subject=content.subject, text=content.text
    )


@console.get(f"/campaigns/{CAMPAIGN}/preview.html")
@for_everybody_here
def preview_html(campaign_id: int) -> str:
    """Show the HTML of the message, for the sandboxed frame of the preview."""
    content = preview_campaign(get_or_404(campaign_id))
    show_as_mail()
    return content.html


@console.post(f"/campaigns/{CAMPAIGN}/test")
@writers_only
def test_campaign(campaign_id: int) -> ResponseReturnValue:
    """Send the message to the organiser who asks for it, and to nobody else."""
    campaign = get_or_404(campaign_id)
    if faults := list_faults(campaign):
        flash(gettext("No test was sent. Mend this first: %(fault)s", fault=faults[0]), "error")
        return redirect(url_for("console.edit_campaign", campaign_id=campaign_id), 303)
    send_test(campaign, current_user.email)
    flash(gettext("A test is on its way to %(address)s.", address=current_user.email), "success")
    return redirect(url_for("console.preview", campaign_id=campaign_id), 303)

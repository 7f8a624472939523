"""Puts sent campaigns on the site, takes them back, and says how the archive of a list works."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from markupsafe import Markup

from supporters.archive.models import Issue
from supporters.archive.publication import (
    PublishError,
    ask_to_publish,
    draft_article,
    index_issues,
    publish_issue,
    withdraw_issue,
)
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.lists.queries import get_list
from supporters.web.console.campaigns.campaign_pages import get_campaign_or_404, to_campaign
from supporters.web.console.console_blueprint import CAMPAIGN, LIST, done, for_owners, for_writers
from supporters.web.console.lists.list_pages import get_list_or_404
from supporters.web.forms import EmptyForm
from supporters.web.labels import label

UNPROCESSABLE = 422


@for_writers.route(f"/campaigns/{CAMPAIGN}/publish", methods=["GET", "POST"])
def publish(campaign_id: int) -> ResponseReturnValue:
    """Show a sent campaign as everybody would read it, and put it on the site."""
    campaign = get_campaign_or_404(campaign_id)
    if campaign.status is not CampaignStatus.SENT:
        flash(label(PublishError.NOT_SENT), "error")
        return to_campaign(campaign_id)
    form = EmptyForm()
    if form.validate_on_submit():
        match publish_issue(campaign_id, by_id=current_user.id):
            case Issue():
                flash(gettext("The email is on the site."), "success")
                return to_campaign(campaign_id)
            case PublishError() as refused:
                form.form_errors.append(label(refused))
    return _ask(campaign, form)


def _ask(campaign: Campaign, form: EmptyForm) -> ResponseReturnValue:
    draft = draft_article(campaign)
    refused = label(draft) if isinstance(draft, PublishError) else ""
    page = render_template(
        "console/campaigns/publish.html",
        campaign=campaign,
        mailing_list=get_list(campaign.mailing_list_id),
        article=None if refused else draft,
        html="" if isinstance(draft, PublishError) else Markup(draft.html),  # noqa: S704 - escaped
        refused=refused,
        form=form,
    )
    return page, UNPROCESSABLE if form.form_errors else 200


@for_writers.post(f"/campaigns/{CAMPAIGN}/take-off-site")
def take_off_site(campaign_id: int) -> ResponseReturnValue:
    """Take a campaign off the site at once."""
    get_campaign_or_404(campaign_id)
    if withdraw_issue(campaign_id):
        words = gettext("The email is off the site. Its page says that it was taken back.")
        flash(words, "success")
    else:
        flash(gettext("The email was not on the site."), "info")
    return to_campaign(campaign_id)


@for_owners.post(f"/lists/{LIST}/archive")
def change_archive(list_id: int) -> ResponseReturnValue:
    """Let the console ask after each sending, or search engines show the issues; or not."""
    get_list_or_404(list_id)
    asks, indexed = request.form.get("ask"), request.form.get("index")
    changes = [
        asks is not None and ask_to_publish(list_id, asks=asks == "yes"),
        indexed is not None and index_issues(list_id, is_indexed=indexed == "yes"),
    ]
    words = gettext("Changed.") if any(changes) else None
    return done(words, "console.show_list", list_id=list_id, tab="sending")

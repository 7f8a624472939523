"""Tests of a campaign to oneself and to colleagues, several at once, and who got which version."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext
from flask_login import current_user

from supporters.accounts.models import Organiser
from supporters.campaigns.models import Campaign
from supporters.campaigns.states import CAMPAIGN_STATES, CampaignMove, has_ledger
from supporters.delivery.message.frozen_versions import find_fingerprint
from supporters.delivery.message.previews import (
    TESTS_A_DAY,
    TESTS_SENT_A_DAY,
    SendTestError,
    SentTests,
    send_tests,
)
from supporters.lists.queries import get_list
from supporters.team.list_scopes import list_team_of
from supporters.web.console.campaigns.approval_sheet import list_shown_tests
from supporters.web.console.campaigns.campaign_pages import get_campaign_or_404
from supporters.web.console.campaigns.comment_forms import TeamTestForm
from supporters.web.console.campaigns.draft_pages import (
    SAMPLE_NAME,
    redirect_to_faults,
    redirect_to_launched,
)
from supporters.web.console.console_blueprint import CAMPAIGN, console, writers_only
from supporters.web.labels import label


@console.route(f"/campaigns/{CAMPAIGN}/tests", methods=["GET", "POST"])
@writers_only
def team_tests(campaign_id: int) -> ResponseReturnValue:
    """Send the message as a test to chosen accounts of the team, and show who got one."""
    campaign = get_campaign_or_404(campaign_id)
    if has_ledger(campaign.status):
        return redirect_to_launched(campaign_id)
    fingerprint = find_fingerprint(campaign, get_list(campaign.mailing_list_id))
    if fingerprint is None:
        return redirect_to_faults(campaign_id)
    team = _list_team(campaign)
    form = TeamTestForm(team, data={"to": [current_user.id]})
    if form.validate_on_submit():
        chosen = {each.id: each for each in team if each.id in (form.to.data or [])}
        name = SAMPLE_NAME if form.with_name.data else None
        _tell(send_tests(campaign, chosen, name), chosen)
        return redirect(url_for("console.team_tests", campaign_id=campaign_id), 303)
    return _show_tests(campaign, form, fingerprint)


def _show_tests(campaign: Campaign, form: TeamTestForm, fingerprint: str) -> ResponseReturnValue:
    tests = list_shown_tests(campaign.id, fingerprint)
    return form.render(
        "console/campaigns/team_tests.html",
        campaign=campaign,
        tests=tests,
        is_tested=any(test.is_current for test in tests),
        may_ask=CAMPAIGN_STATES.allows(campaign.status, CampaignMove.ASK),
        sample_name=SAMPLE_NAME,
    )


def _list_team(campaign: Campaign) -> list[Organiser]:
    """Return those who may read the campaign, this account first."""
    team = list_team_of(campaign.mailing_list_id)
    return sorted(team, key=lambda each: each.id != current_user.id)


def _tell(result: SentTests | SendTestError, chosen: dict[int, Organiser]) -> None:
    """Say to whom a test is on its way, and why others get none."""
    counts = {"count": format_decimal(TESTS_A_DAY), "sent": format_decimal(TESTS_SENT_A_DAY)}
    if isinstance(result, SendTestError):
        flash(label(result) % counts, "error")
        return
    if result.sent:
        names = ", ".join(chosen[each].email for each in chosen if each in result.sent)
        flash(gettext("A test is on its way to %(address)s.", address=names), "success")
    for organiser_id, why in result.refused.items():
        words = gettext(
            "No test to %(who)s: %(why)s", who=chosen[organiser_id].email, why=label(why) % counts
        )
        flash(words, "error")

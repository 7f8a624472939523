"""Sends a campaign as a test: with one press to oneself, or to chosen accounts of the team."""

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.accounts.models import Organiser
from supporters.campaigns.content_checks import find_campaign_faults
from supporters.campaigns.models import Campaign
from supporters.campaigns.other_languages.queries import list_in_languages
from supporters.campaigns.states import has_ledger
from supporters.delivery.message.previews import SendTestError, SentTests, send_tests
from supporters.web.console.campaigns.campaign_pages import get_campaign_or_404
from supporters.web.console.campaigns.decision.decision_pages import to_decision
from supporters.web.console.campaigns.decision.team_test_forms import (
    TeamTestForm,
    list_testers,
    make_test_form,
)
from supporters.web.console.campaigns.draft_pages import SAMPLE_NAME
from supporters.web.console.campaigns.writing.draft_redirects import (
    redirect_to_faults,
    redirect_to_launched,
)
from supporters.web.console.campaigns.writing.own_tests import explain_refusal, send_own_test
from supporters.web.console.console_blueprint import CAMPAIGN, for_writers

PLACE = "tests"


@for_writers.post(f"/campaigns/{CAMPAIGN}/test")
def test_campaign(campaign_id: int) -> ResponseReturnValue:
    """Send the message as a test to the signed-in organiser, with one press."""
    refused = send_own_test(get_campaign_or_404(campaign_id))
    if refused is SendTestError.CONTENT_FAULTY:
        return redirect_to_faults(campaign_id)
    return to_decision(campaign_id)


@for_writers.post(f"/campaigns/{CAMPAIGN}/tests")
def team_tests(campaign_id: int) -> ResponseReturnValue:
    """Send the message as a test to chosen accounts of the team."""
    campaign = get_campaign_or_404(campaign_id)
    if has_ledger(campaign.status):
        return redirect_to_launched(campaign_id)
    if find_campaign_faults(campaign):
        return redirect_to_faults(campaign_id)
    form = make_test_form(campaign, [each.language for each in list_in_languages(campaign)])
    if form.validate_on_submit():
        chosen = _list_chosen(campaign, form)
        name = SAMPLE_NAME if form.with_name.data else None
        _tell(send_tests(campaign, chosen, name, languages=form.chosen_languages), chosen)
    return _show_errors(campaign_id, form) if form.errors else to_decision(campaign_id)


def _list_chosen(campaign: Campaign, form: TeamTestForm) -> dict[int, Organiser]:
    ids = form.to.data or []
    return {each.id: each for each in list_testers(campaign) if each.id in ids}


def _show_errors(campaign_id: int, form: TeamTestForm) -> ResponseReturnValue:
    for messages in form.errors.values():
        flash(str(messages[0]), "error")
    return to_decision(campaign_id, PLACE)


def _tell(result: SentTests | SendTestError, chosen: dict[int, Organiser]) -> None:
    """Say to whom a test is on its way, and why others get none."""
    if isinstance(result, SendTestError):
        flash(explain_refusal(result), "error")
        return
    if result.sent:
        names = ", ".join(chosen[each].email for each in chosen if each in result.sent)
        flash(gettext("A test is on its way to %(address)s.", address=names), "success")
    for organiser_id, why in result.refused.items():
        who = chosen[organiser_id].email
        flash(gettext("No test to %(who)s: %(why)s", who=who, why=explain_refusal(why)), "error")

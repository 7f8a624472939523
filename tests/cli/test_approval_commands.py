"""`flask campaigns ask`, `test`, `approve`, `withdraw`; what `verify` and `doctor` say."""

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import update

from supporters.accounts.models import Organiser
from supporters.campaigns.models import Campaign, CampaignVersion
from supporters.database import db, transaction
from tests.factories.approvals import make_approved, make_request
from tests.factories.campaigns import ledger, reload
from tests.factories.drafts import make_campaign, make_trashed
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once


@made_once
def campaign(app: object) -> Campaign:
    """Return a draft to one person."""
    mailing_list = make_list()
    make_subscriber("anna@example.org", mailing_list)
    return make_campaign(mailing_list, body="La réunion est jeudi.")


def test_a_campaign_goes_from_its_draft_to_its_launch(
    runner: FlaskCliRunner, campaign: Campaign, author: Organiser, approver: Organiser
) -> None:
    number = str(campaign.id)
    steps = [
        ["test", number, "--to", author.email],
        ["ask", number, "--by", author.email],
        ["approve", number, "--by", approver.email, "--expect", "1"],
        ["launch", number, "--expect", "1"],
    ]
    results = [runner.invoke(args=["campaigns", *step]) for step in steps]
    assert [each.exit_code for each in results] == [0] * 4, results
    assert f"Can approve it: {approver.email}" in results[1].output
    assert [*ledger(campaign.id)] == ["anna@example.org"]


@pytest.mark.parametrize(
    ("by", "expect", "words"),
    [
        ("org@parti.example", "1", "A second person must approve."),
        ("approver@parti.example", "2", "the list has 1 recipients now, not 2"),
        ("nobody@parti.example", "1", "There is no account with this address."),
    ],
)
def test_an_approval_that_is_refused_says_why(
    runner: FlaskCliRunner,
    campaign: Campaign,
    author: Organiser,
    approver: Organiser,
    *,
    by: str,
    expect: str,
    words: str,
) -> None:
    make_request(campaign.id, author)
    arguments = ["approve", str(campaign.id), "--by", by, "--expect", expect]
    refused = runner.invoke(args=["campaigns", *arguments])
    assert (refused.exit_code, words in refused.stderr) == (1, True), refused.stderr
    assert reload(campaign.id).status == "awaiting_approval"


def test_a_launch_that_nobody_approved_is_refused(
    runner: FlaskCliRunner, campaign: Campaign
) -> None:
    refused = runner.invoke(args=["campaigns", "launch", str(campaign.id)])
    assert refused.exit_code == 1
    assert "A second person must approve it first" in refused.stderr


def test_a_request_is_taken_back(
    runner: FlaskCliRunner, campaign: Campaign, author: Organiser
) -> None:
    make_request(campaign.id, author)
    status = runner.invoke(args=["campaigns", "status", str(campaign.id)])
    assert "It waits for a second person" in status.output
    assert runner.invoke(args=["campaigns", "withdraw", str(campaign.id)]).exit_code == 0
    assert reload(campaign.id).status == "draft"
    assert runner.invoke(args=["campaigns", "withdraw", str(campaign.id)]).exit_code == 1


@pytest.mark.parametrize("command", [["consent", "verify"], ["doctor"]])
def test_an_altered_message_is_reported(
    runner: FlaskCliRunner,
    campaign: Campaign,
    author: Organiser,
    approver: Organiser,
    *,
    command: list[str],
) -> None:
    version = make_approved(campaign.id, author, approver)
    words = f"version {version.id}"
    assert words not in runner.invoke(args=command).output
    with transaction():
        content = version.content.replace("jeudi", "lundi")
        db.session.execute(update(CampaignVersion).values(content=content))
    altered = runner.invoke(args=command)
    assert (altered.exit_code, words in altered.output) == (1, True)


def test_a_draft_in_the_trash_is_neither_tested_nor_listed(
    runner: FlaskCliRunner, author: Organiser
) -> None:
    number = str(make_trashed(make_list()).id)
    refused = runner.invoke(args=["campaigns", "test", number, "--to", author.email])
    assert (refused.exit_code, "in the trash" in refused.output) == (1, True)
    assert "no campaign yet" in runner.invoke(args=["campaigns", "list"]).output

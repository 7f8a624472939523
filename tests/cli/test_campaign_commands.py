"""`flask campaigns` creates, launches, controls and shows campaigns."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import Result
from flask.testing import FlaskCliRunner

from supporters import clock
from supporters.campaigns.drafts import CampaignDraft, edit_campaign
from supporters.campaigns.models import CampaignStatus
from supporters.campaigns.queries import get_campaign
from supporters.cli.output import about
from supporters.database import transaction
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.progress import record_attempts
from supporters.delivery.rules import DeliveryStatus
from supporters.lists.models import MailingList
from tests.factories.approvals import launch_ready, make_ready
from tests.factories.consent.consent_log import delete_withdrawal_row
from tests.factories.consent.tampering import invent_subscriber
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once
from tests.servers.relay import Relay

NOON = datetime(2026, 6, 30, 12, 0, 5, tzinfo=UTC)
FIGURES = ["audience", "queued", "claimed", "accepted", "deferred", "refused", "skipped"]
FIGURES += ["cancelled"]
FIGURES += ["uncertain", "percent", "status", "lists", "problem", "restored_at"]
FIGURES += ["send_at", "begins_at", "wave", "wave_stage", "rate"]


@made_once
def mailing_list(app: object) -> MailingList:
    """Return a list with two subscribers."""
    made = make_list("paris")
    make_subscriber("ada@example.org", made)
    make_subscriber("bob@example.org", made)
    return made


def note(campaign_id: int, **attempts: int) -> None:
    """Record attempts with these results, now."""
    with transaction():
        by_status = {DeliveryStatus[name]: count for name, count in attempts.items()}
        record_attempts(campaign_id, by_status, clock.now())


def create(runner: FlaskCliRunner, body: bytes, *options: str) -> Result:
    """Create a campaign whose body comes from standard input."""
    arguments = ["campaigns", "create", "--list", "paris", "--body-file", "-"]
    return runner.invoke(args=[*arguments, "--subject", "Des nouvelles", *options], input=body)


def test_draft_from_standard_input_is_stored(
    runner: FlaskCliRunner, mailing_list: MailingList
) -> None:
    made = create(runner, "Bonjour à tous.\r\nÀ bientôt.\n".encode(), "--json")
    campaign = get_campaign(json.loads(made.output)["id"])
    assert (campaign.subject, campaign.language) == ("Des nouvelles", "fr")
    assert campaign.body == "Bonjour à tous.\nÀ bientôt.\n"
    assert campaign.status is CampaignStatus.DRAFT


def test_draft_from_a_file_prints_its_id(
    runner: FlaskCliRunner, mailing_list: MailingList, tmp_path: Path
) -> None:
    body = tmp_path / "body.md"
    body.write_bytes("\ufeffHello all.".encode())
    arguments = ["campaigns", "create", "--list", "paris", "--subject", "News"]
    made = runner.invoke(args=[*arguments, "--language", "en", "--body-file", str(body)])
    assert get_campaign(int(made.output)).body == "Hello all."


def test_each_fault_of_the_content_is_one_line(
    runner: FlaskCliRunner, mailing_list: MailingList
) -> None:
    cases = [
        (b"Bonjour {{ given_name }}", "{{ given_name }} needs a fallback"),
        (b"Bonjour {{ nom | vous }}", "{{ nom | vous }} is no merge field"),
        (b"Bonjour {{ given_name", "{{ is incomplete"),
        (b"[ici](https://parti.example)", "“ici” doesn't say where it leads"),
        (b"[la page](parti.example)", "must begin with https://"),
        (b"![x](https://parti.example/a.png)", "would let another site see who opens the email"),
        (b"Bonjour\n\n" + b"- " * 12 + b"x", "is inside too many lists or quotations"),
        (b" \n ", "there is no text in it"),
        (b"Bonjour \xff", "isn't UTF-8: byte 8"),
        (b"Bonjour\0", "contains a NUL character"),
        (b"x" * 100_001, "longer than 100000 characters"),
    ]
    for body, words in cases:
        made = create(runner, body)
        assert (made.exit_code, made.stdout) == (1, "")
        assert words in made.stderr
        assert made.stderr.count("\n") == 1


def test_all_faults_are_named_at_once(runner: FlaskCliRunner, mailing_list: MailingList) -> None:
    made = create(runner, b"{{ a }} [ici](x)", "--subject", "Re: vous")
    assert all(words in made.stderr for words in ("Re: vous", "{{ a }}", "“ici”", "“x”"))


def test_draft_needs_a_list_that_exists(runner: FlaskCliRunner, app: object) -> None:
    made = create(runner, b"Bonjour")
    assert made.exit_code == 1
    assert "There is no list with the address paris." in made.stderr


def test_draft_needs_a_file_that_exists(runner: FlaskCliRunner, app: object) -> None:
    made = create(runner, b"", "--body-file", "nowhere.md")
    assert made.exit_code == 1
    assert "nowhere.md" in made.stderr
    assert made.stderr.count("\n") == 1


def test_launch_sends_to_all_subscribers_and_prints_it(
    runner: FlaskCliRunner, mailing_list: MailingList, relay: Relay
) -> None:
    campaign = make_campaign(mailing_list)
    make_ready(campaign.id)
    launched = runner.invoke(args=["campaigns", "launch", str(campaign.id), "--expect", "2"])
    send_here()
    status = runner.invoke(args=["campaigns", "status", str(campaign.id), "--json"])
    figures = json.loads(status.output)
    assert launched.output.splitlines() == [
        "Launched to 2 recipients.",
        "List: La Lettre nationale",
        "Subject: Des nouvelles",
        f"Fingerprint: {figures['fingerprint']}",
    ]
    assert [*figures] == [*FIGURES, "seconds_left", "fingerprint", "history"]
    assert (figures["audience"], figures["accepted"], figures["percent"]) == (2, 2, 100)
    assert figures["status"] == "sent"


def test_status_for_people_has_a_line_for_each_figure(
    runner: FlaskCliRunner, mailing_list: MailingList
) -> None:
    status = runner.invoke(args=["campaigns", "status", str(make_campaign(mailing_list).id)])
    lines = dict(line.split(maxsplit=1) for line in status.output.splitlines())
    assert [*lines] == [*FIGURES, "left", "fingerprint"]
    assert (lines["status"], lines["rate"], lines["left"]) == ("draft", "0.0 emails/s", "-")


def test_launch_warns_of_people_who_were_left_out(
    runner: FlaskCliRunner, mailing_list: MailingList
) -> None:
    invent_subscriber("invented@example.org", mailing_list)
    campaign = make_campaign(mailing_list)
    make_ready(campaign.id)
    launched = runner.invoke(args=["campaigns", "launch", str(campaign.id)])
    assert "WARNING: 1 people on the list have no valid consent" in launched.output


def test_unexpected_audience_stops_the_launch(
    runner: FlaskCliRunner, mailing_list: MailingList
) -> None:
    campaign = make_campaign(mailing_list)
    make_ready(campaign.id)
    launched = runner.invoke(args=["campaigns", "launch", str(campaign.id), "--expect", "3"])
    assert launched.exit_code == 1
    assert "the list has 2 recipients now, not 3" in launched.stderr
    assert get_campaign(campaign.id).status is CampaignStatus.DRAFT


def test_changed_message_is_not_launched(runner: FlaskCliRunner, mailing_list: MailingList) -> None:
    campaign = make_campaign(mailing_list)
    make_ready(campaign.id)
    status = runner.invoke(args=["campaigns", "status", str(campaign.id), "--json"])
    read = ["--fingerprint", json.loads(status.output)["fingerprint"]]
    draft = CampaignDraft(
        mailing_list_id=mailing_list.id, language="fr", subject="Autre objet", body="Autre."
    )
    edit_campaign(campaign.id, draft)
    launched = runner.invoke(args=["campaigns", "launch", str(campaign.id), *read])
    assert (launched.exit_code, launched.stdout) == (1, "")
    assert "was changed after you read it" in launched.stderr
    assert get_campaign(campaign.id).status is CampaignStatus.DRAFT


def test_a_hidden_withdrawal_stops_the_launch(
    runner: FlaskCliRunner, mailing_list: MailingList
) -> None:
    campaign = make_campaign(mailing_list)
    delete_withdrawal_row()
    launched = runner.invoke(args=["campaigns", "launch", str(campaign.id)])
    assert (launched.exit_code, "that the database lacks" in launched.stderr) == (1, True)
    assert get_campaign(campaign.id).status is CampaignStatus.DRAFT


def test_campaign_is_launched_once(runner: FlaskCliRunner, mailing_list: MailingList) -> None:
    campaign = make_campaign(mailing_list)
    launch_ready(campaign.id)
    launched = runner.invoke(args=["campaigns", "launch", str(campaign.id)])
    assert launched.exit_code == 1
    assert "was launched already" in launched.stderr


def test_launch_to_nobody_is_refused(runner: FlaskCliRunner, app: object) -> None:
    campaign = make_campaign(make_list())
    launched = runner.invoke(args=["campaigns", "launch", str(campaign.id)])
    assert (launched.exit_code, launched.stderr.count("\n")) == (1, 1)
    assert "Nobody on the list" in launched.stderr


def test_campaign_is_paused_resumed_and_cancelled(
    runner: FlaskCliRunner, mailing_list: MailingList
) -> None:
    campaign = make_campaign(mailing_list)
    launch_ready(campaign.id)
    states = []
    for order in ("pause", "resume", "cancel"):
        assert runner.invoke(args=["campaigns", order, str(campaign.id)]).exit_code == 0
        states.append(get_campaign(campaign.id).status.value)
    assert states == ["paused", "running", "cancelled"]


@pytest.mark.parametrize("order", ["pause", "resume", "cancel"])
def test_draft_can_not_be_paused_resumed_or_cancelled(
    runner: FlaskCliRunner, mailing_list: MailingList, order: str
) -> None:
    campaign = make_campaign(mailing_list)
    answer = runner.invoke(args=["campaigns", order, str(campaign.id)])
    assert answer.exit_code == 1
    assert f"Campaign {campaign.id} was not changed (draft)" in answer.stderr


def test_unknown_campaign_is_named(runner: FlaskCliRunner, app: object) -> None:
    for order in ["launch", "pause", "resume", "cancel", "status"]:
        answer = runner.invoke(args=["campaigns", order, "77"])
        assert answer.exit_code == 1
        assert (
            answer.stderr == "Error: There is no campaign 77. See them with: flask campaigns list\n"
        )


@pytest.mark.parametrize("wrong", ["0", "x", "99999999999999999999"])
def test_invalid_id_is_refused(runner: FlaskCliRunner, app: object, wrong: str) -> None:
    answer = runner.invoke(args=["campaigns", "status", wrong])
    assert answer.exit_code == 1
    assert "Invalid value for 'ID'" in answer.stderr


def test_campaigns_are_listed_newest_first(
    runner: FlaskCliRunner, mailing_list: MailingList
) -> None:
    first, second = make_campaign(mailing_list, "Un"), make_campaign(mailing_list, "Deux")
    launch_ready(first.id)
    rows = json.loads(runner.invoke(args=["campaigns", "list", "--json"]).output)["campaigns"]
    assert [row["id"] for row in rows] == [second.id, first.id]
    assert (rows[1]["status"], rows[1]["audience"], rows[1]["list"]) == ("running", 2, "paris")


def test_status_shows_the_rate_and_the_minutes(
    runner: FlaskCliRunner, mailing_list: MailingList
) -> None:
    campaign = make_campaign(mailing_list)
    launch_ready(campaign.id)
    with time_machine.travel(NOON, tick=False):
        note(campaign.id, ACCEPTED=12, REFUSED=1)
        shown = runner.invoke(args=["campaigns", "status", str(campaign.id)]).output
        answer = runner.invoke(args=["campaigns", "status", str(campaign.id), "--json"]).output
    figures = json.loads(answer)
    assert (figures["rate"], figures["seconds_left"]) == (2.6, 1)
    minute = {"accepted": 12, "deferred": 0, "refused": 1, "uncertain": 0}
    assert figures["history"] == [{"started_at": "2026-06-30T12:00:00+00:00", **minute}]
    assert "2.6 emails/s" in shown
    assert "about a minute left" in shown
    assert shown.splitlines()[-1].split() == ["2026-06-30T12:00:00+00:00", "12", "0", "1", "0"]


def test_status_for_people_shows_the_last_ten_minutes(
    runner: FlaskCliRunner, mailing_list: MailingList
) -> None:
    campaign = make_campaign(mailing_list)
    for minute in range(30):
        with time_machine.travel(NOON + timedelta(minutes=minute), tick=False):
            note(campaign.id, ACCEPTED=minute + 1)
    shown = runner.invoke(args=["campaigns", "status", str(campaign.id)]).output.splitlines()
    assert [line.split()[1] for line in shown[-10:]] == [str(each) for each in range(21, 31)]
    answer = runner.invoke(args=["campaigns", "status", str(campaign.id), "--json"]).output
    assert len(json.loads(answer)["history"]) == 30


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "about a minute left"),
        (230, "about 4 minutes left"),
        (7100, "about 119 minutes left"),
        (10 * 3600, "about 10 hours left"),
    ],
)
def test_time_left_is_rounded(seconds: int, words: str) -> None:
    assert about(seconds) == words

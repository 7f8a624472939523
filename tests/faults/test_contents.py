"""Rows 19 and 20: people whose email can't be written, and changes during the sending."""

from supporters import clock
from supporters.campaigns.drafts import CampaignDraft, DraftError, edit_campaign
from supporters.lists.queries import get_list
from supporters.mail.outbox import purge_old_emails
from supporters.signup.form_counts import purge_expired_requests
from tests.faults.form import size
from tests.faults.installation import Installation
from tests.faults.receiver.mail_server import Receiving
from tests.faults.receiver.misbehaviour import Fault
from tests.faults.report import Report
from tests.faults.synthetic_people import add_people

PEOPLE = size(120, 5000)
POISON = {
    "p3@national.example": ("given_name", "Eve\r\nBcc: all@example.org"),
    "p5@national.example": ("given_name", "\x00"),
}  # an address that was altered by SQL pauses the campaign before its first email


def test_person_whose_email_cannot_be_written_holds_up_no_other(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    mailing_list = site.make_list(PEOPLE)
    for address, (column, value) in POISON.items():
        if not (site.ledger.is_sqlite or "\x00" not in value):
            continue
        site.ledger.tell(
            f"UPDATE subscriber SET {column} = :value WHERE address_key = :address",
            value=value,
            address=address,
        )
    campaign = site.launch_to(mailing_list, subject="Bonjour {{ given_name | vous }}")
    with site.worker():
        site.ledger.wait_for_end(campaign)
    findings = report.judge("19 mails that can't be written", site, receiving, campaign)
    assert findings.are_right(), findings
    reached = {each.recipient for each in receiving.arrivals(campaign)}
    assert len(reached) >= PEOPLE - len(POISON)


def test_audience_is_fixed_at_the_start_whatever_changes_meanwhile(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    receiving.behave(Fault(at="BODY", seconds=0.01))
    campaign = site.launch(PEOPLE)
    with site.worker():
        receiving.wait_for(PEOPLE // 4)
        add_people(get_list(1), (f"new{number}@example.org" for number in range(PEOPLE)))
        other = CampaignDraft(mailing_list_id=1, language="fr", subject="Other", body="Other")
        assert edit_campaign(campaign, other) is DraftError.NOT_A_DRAFT
        purge_expired_requests(clock.now())
        purge_old_emails(clock.now())
        receiving.behave()
        site.ledger.wait_for_end(campaign)
    findings = report.judge("20 people join, emails are purged", site, receiving, campaign)
    assert findings.are_right(), findings
    assert len(receiving.arrivals(campaign)) == PEOPLE

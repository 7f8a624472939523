"""Each transactional email is exported and erased with the person, and checked before it leaves."""

from collections.abc import Callable

import pytest
from flask import Flask

from supporters import clock
from supporters.cases.case_service import ExtendCaseResult, extend_case, open_case
from supporters.cases.models import CaseKind, Channel
from supporters.consent.models import Method
from supporters.consent.record_models import ErasureReason
from supporters.database import db, transaction
from supporters.evidence.evidence_disclosure import disclose_evidence
from supporters.evidence.evidence_pack import gather_evidence
from supporters.imports.invitation_mails import send_next_invitations
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import (
    object_by_address,
    object_to_everything,
    unsubscribe_from_list,
)
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.mail.outbox_sender import send_due_emails
from supporters.my_data.address_change import request_address_change
from supporters.people.addresses import address_mac, parse_address
from supporters.people.models import Subscriber
from supporters.personal_data.data_registry import export_everything
from supporters.personal_data.data_subjects import data_subject_of, data_subject_of_address
from supporters.personal_data.erasure import ErasureOrder, erase_address, erase_person
from supporters.personal_data.restriction import restrict_person
from tests.factories.campaigns import ANNA, launch, subscriber_at
from tests.factories.consent.reconfirmation import ask_one, change_meaning
from tests.factories.imports import csv_of, invitations, invited
from tests.factories.lists import make_list
from tests.factories.my_data import confirm_address_change, emails_to, path_in
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once
from tests.servers.relay import Relay

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

INVITED = "boris@example.org"


@made_once
def national(app: Flask) -> MailingList:
    """Return a list with a subscriber who got their confirmation email."""
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    send_due_emails()
    return mailing_list


def ask_again(mailing_list: MailingList) -> OutboxEmail:
    """Ask the person to reconfirm."""
    return ask_one(subscriber_at(ANNA), change_meaning(mailing_list).id)


def extend(mailing_list: MailingList) -> OutboxEmail:
    """Notify the person that their case takes longer."""
    with transaction():
        case = open_case(
            CaseKind.COMPLAINT, Channel.MAIL, now=clock.now(), subscriber_id=subscriber_at(ANNA).id
        )
    assert extend_case(case.id, "It takes longer.", by=None) is ExtendCaseResult.NOTIFIED
    return newest(EmailKind.CASE_EXTENDED)


def newest(kind: EmailKind) -> OutboxEmail:
    """Return the newest email of a kind."""
    db.session.rollback()
    email = db.session.scalars(
        db.select(OutboxEmail).where(OutboxEmail.kind == kind).order_by(OutboxEmail.id.desc())
    ).first()
    assert email is not None
    return email


def invite() -> OutboxEmail:
    """Write the invitation to an imported address."""
    invited(csv_of(f"{INVITED},,"))
    send_next_invitations(clock.now())
    return newest(EmailKind.INVITATION)


def status_of(email_id: int) -> EmailStatus | None:
    """Return the status of an email; None if it is deleted."""
    db.session.rollback()
    email = db.session.get(OutboxEmail, email_id)
    return None if email is None else email.status


@pytest.mark.both_databases
@pytest.mark.parametrize("write", [ask_again, extend])
def test_an_email_to_a_person_is_exported_and_erased(
    national: MailingList, relay: Relay, write: Callable[[MailingList], OutboxEmail]
) -> None:
    email = write(national)
    told = export_everything(data_subject_of(subscriber_at(ANNA)))["outbox_email"]
    assert email.kind.value in [item["kind"] for item in told]
    erase_person(subscriber_at(ANNA).id, ErasureOrder(reason=ErasureReason.ASKED))
    send_due_emails()
    assert (status_of(email.id), relay.mails_to(ANNA)) == (None, [])


def test_an_invitation_is_exported_and_erased_with_its_email(relay: Relay) -> None:
    email_id = invite().id
    told = export_everything(data_subject_of_address(INVITED))["outbox_email"]
    assert [item["kind"] for item in told] == [EmailKind.INVITATION.value]
    erase_address(
        parse_address(INVITED), ErasureOrder(reason=ErasureReason.ASKED, method=Method.ORGANISER)
    )
    send_due_emails()
    assert (status_of(email_id), relay.mails_to(INVITED)) == (None, [])


def test_the_notice_to_an_old_mailbox_is_erased_with_the_person(
    national: MailingList, relay: Relay
) -> None:
    request_address_change(subscriber_at(ANNA).id, parse_address(INVITED), "fr")
    confirm_address_change(
        path_in(emails_to(INVITED, EmailKind.NEW_ADDRESS)[-1], "confirm_url").rpartition("/")[2]
    )
    notice = newest(EmailKind.ADDRESS_CHANGED)
    erase_person(subscriber_at(INVITED).id, ErasureOrder(reason=ErasureReason.ASKED))
    send_due_emails()
    assert (status_of(notice.id), relay.mails_to(ANNA)) == (None, [])


def leave(anna: Subscriber, mailing_list: MailingList) -> None:
    unsubscribe_from_list(anna.id, mailing_list.id, Method.ONE_CLICK)


def object_to_all(anna: Subscriber, _list: MailingList) -> None:
    object_to_everything(anna.id)


def restrict(anna: Subscriber, _list: MailingList) -> None:
    """Have all data restricted."""
    restrict_person(anna.id, Method.MY_DATA)


@pytest.mark.both_databases
@pytest.mark.parametrize("act", [leave, object_to_all, restrict])
def test_a_waiting_reconfirmation_is_not_sent_after_unsubscription_objection_or_restriction(
    national: MailingList, relay: Relay, act: Callable[[Subscriber, MailingList], None]
) -> None:
    email = ask_again(national)
    act(subscriber_at(ANNA), national)
    send_due_emails()
    assert (status_of(email.id), relay.mails_to(ANNA)) == (EmailStatus.GIVEN_UP, [])


@pytest.mark.both_databases
def test_a_valid_waiting_email_is_sent(national: MailingList, relay: Relay) -> None:
    emails = [ask_again(national).id, invite().id]
    send_due_emails()
    assert [status_of(each) for each in emails] == [EmailStatus.SENT] * 2


def test_a_waiting_invitation_is_not_sent_after_an_objection(relay: Relay) -> None:
    email = invite()
    object_by_address(address_mac(INVITED))
    send_due_emails()
    assert (status_of(email.id), relay.mails_to(INVITED)) == (EmailStatus.GIVEN_UP, [])


def test_a_restricted_person_is_not_invited(national: MailingList) -> None:
    paris = make_list("paris", "Paris")
    make_subscriber(INVITED, paris)
    restrict_person(subscriber_at(INVITED).id, Method.PAGE)
    invited(csv_of(f"{INVITED},,", "other@example.org,,"))
    assert [each.address for each in invitations()] == ["other@example.org"]


@pytest.mark.both_databases
def test_a_reconfirmation_email_has_the_two_links_of_a_campaign(
    national: MailingList, relay: Relay
) -> None:
    ask_again(national)
    send_due_emails()
    [mail] = relay.mails_to(ANNA)
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    leave_url = mail.message["List-Unsubscribe"].strip("<>")
    for part in (mail.part("plain"), mail.part("html")):
        assert leave_url in part
        assert "/fr/why/" in part


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("given_name", "subject"),
    [("Anna", "Anna, lisez La Lettre nationale"), (None, "Bonjour, lisez La Lettre nationale")],
)
def test_the_subject_of_a_campaign_is_told_as_its_reader_got_it(
    relay: Relay, given_name: str | None, subject: str
) -> None:
    mailing_list = make_list()
    anna = make_subscriber(ANNA, mailing_list, given_name=given_name)
    launch(mailing_list, "{{ given_name | Bonjour }}, lisez {{ list_name }}")
    [told] = export_everything(data_subject_of(anna))["delivery"]
    disclose_evidence(anna.id, asked_by="dpo@parti.example", reason="A complaint.")
    pack = gather_evidence(anna, now=clock.now())
    assert (told["subject"], [each["subject"] for each in pack["mails"]]) == (subject, [subject])

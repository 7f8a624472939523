"""Makes an email of every kind, each by the use case that writes it."""

from datetime import timedelta

from flask import Flask

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.audit.checkpoint_mail import mail_checkpoint
from supporters.breaches.affected_people import AffectedWay
from supporters.breaches.breach_notices import send_next_notices
from supporters.breaches.models import BreachPerson
from supporters.cases.case_fulfilment import Grounds, correct_at_request
from supporters.cases.case_service import extend_case, open_case, remind_of_cases
from supporters.cases.models import MAX_NOTE, CaseKind, Channel
from supporters.consent.log_sealing import seal
from supporters.consent.models import Method
from supporters.database import db, transaction
from supporters.delivery.message.previews import send_test
from supporters.extensions import current_settings
from supporters.feedback.intake.apply_report import Source, apply_report
from supporters.feedback.reports.report import Report, ReportKind
from supporters.ids import new_id
from supporters.imports.invitation_mails import send_next_invitations
from supporters.imports.models import Invitation
from supporters.lists.list_thanks import ThanksText, change_thanks
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.mail.message.envelope_senders import TRANSACTIONAL, EnvelopeWriter
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.my_data.address_change import request_address_change
from supporters.my_data.disputes import report_dispute
from supporters.my_data.my_data_service import pause, resume
from supporters.my_data.unsubscription_undo import undo_unsubscription
from supporters.people.addresses import parse_address
from supporters.people.profile import Profile
from supporters.sign_in.password_changes import answer_waiting_resets, request_password_reset
from supporters.signup.welcome_mails import send_next_welcomes
from supporters.team.accounts import grant_right
from tests.factories.accounts import invite_and_accept, make_dpo
from tests.factories.breaches import affect, approve_notice, make_breach, write_notice
from tests.factories.campaigns import ANNA, BORIS, CHLOE, launch, subscriber_at
from tests.factories.consent.reconfirmation import ask_one, change_meaning
from tests.factories.corrections import EVIDENCE, press_undo
from tests.factories.drafts import make_campaign
from tests.factories.exports import export
from tests.factories.imports import csv_of, invited, national
from tests.factories.my_data import confirm_address_change, send_access_link
from tests.factories.signups import make_subscriber, request_to_join, values_in

ROW_OF_KIND = {EmailKind.INVITATION: Invitation, EmailKind.BREACH_NOTICE: BreachPerson}
CONTESTS = 5
DENIS, MOVED, EVA = "denis@example.org", "moved@example.net", "eva@example.org"
LONG_REASON = ("Il faut relire des échanges de trois ans, dont une partie est sur papier. " * 80)[
    :MAX_NOTE
]
LONG_PARAGRAPH = "Nous avons tenu réunion à Besançon, à Dole et à Vesoul. " * 60


def write_every_kind(app: Flask) -> dict[EmailKind, OutboxEmail]:
    """Return the newest email of each kind that the use cases of this application write."""
    owner = invite_and_accept("owner@parti.example", RoleName.OWNER)  # invitation
    mailing_list = national()
    request_to_join(BORIS, mailing_list)  # confirm_signup
    make_subscriber(ANNA, mailing_list, given_name="Anna")
    _write_welcome(mailing_list)
    _leave_come_back_and_pause(mailing_list)
    request_to_join(ANNA, mailing_list)  # already_subscribed
    request_password_reset(owner.email)
    answer_waiting_resets()  # reset_password
    send_test(make_campaign(mailing_list, "Réunion à Dole", LONG_PARAGRAPH), owner.id)
    export(mailing_list)
    seal()
    mail_checkpoint(clock.now())
    invited(csv_of(f"{CHLOE},Chloé,"))
    send_next_invitations(clock.now())  # re_permission
    send_access_link(ANNA, "fr")
    _dispute(mailing_list)
    make_subscriber(DENIS, mailing_list)
    ask_one(subscriber_at(DENIS), change_meaning(mailing_list).id)
    _write_of_cases()
    _write_of_breach(owner, make_dpo())
    grant_right(owner.id, RoleName.EXPORTER)  # security_notice
    request_address_change(subscriber_at(ANNA).id, parse_address(MOVED), "fr")
    _pass_on_answer()
    written = _take_with_content()
    confirm_address_change(
        str(values_in(written[EmailKind.NEW_ADDRESS])["confirm_url"]).rpartition("/")[2]
    )
    return written | _take_with_content()


def copy_of(email: OutboxEmail, language: str) -> OutboxEmail:
    """Put the same email into the outbox once more, in a language, and return it."""
    with transaction():
        copy = OutboxEmail(
            id=new_id(clock.now()),
            kind=email.kind,
            language=language,
            status=EmailStatus.QUEUED,
            encrypted=email.encrypted,
            created_at=clock.now(),
            next_attempt_at=clock.now(),
            expires_at=clock.now() + timedelta(hours=1),
        )
        db.session.add(copy)
        if table := ROW_OF_KIND.get(email.kind):  # its only row belongs to this one
            db.session.flush()
            db.session.execute(db.update(table).values(email_id=copy.id))
    return copy


def _write_welcome(mailing_list: MailingList) -> None:
    change_thanks(mailing_list.id, {"fr": ThanksText(welcome="Bienvenue.", sends_welcome=True)})
    make_subscriber(EVA, mailing_list, given_name="Eva")
    send_next_welcomes(clock.now())
    change_thanks(mailing_list.id, {})


def _leave_come_back_and_pause(mailing_list: MailingList) -> None:
    key = subscriber_at(EVA).id, mailing_list.id
    unsubscribe_from_list(*key, Method.PAGE, evidence=EVIDENCE)
    assert undo_unsubscription(*key, press_undo())  # back_on_list
    assert pause(key[0], 3)  # paused
    assert resume(key[0])


def _dispute(mailing_list: MailingList) -> None:
    readers = [make_subscriber(f"p{n}@example.org", mailing_list).id for n in range(CONTESTS)]
    campaign_id = launch(mailing_list)
    for each in readers:
        report_dispute(each, campaign_id)


def _write_of_cases() -> None:
    with transaction():
        case = open_case(
            CaseKind.COMPLAINT, Channel.POST, now=clock.now(), subscriber_id=subscriber_at(ANNA).id
        )
    extend_case(case.id, LONG_REASON, by=None)
    remind_of_cases(clock.now() + timedelta(days=80))


def _write_of_breach(writer: Organiser, approver: Organiser) -> None:
    """Correct a person at their request, and tell everybody about a breach."""
    grounds = Grounds(reason="Appel du 3 mars.", channel=Channel.PHONE, by=writer.id)
    profile = Profile(given_name="Annabelle", language="fr")
    correct_at_request(subscriber_at(ANNA).id, profile, grounds)  # done_on_behalf
    breach = make_breach()
    affect(breach, AffectedWay.ADDRESSES, addresses=[parse_address(DENIS)])
    write_notice(breach, writer)
    approve_notice(breach, approver)
    send_next_notices(clock.now())  # breach_notice


def _pass_on_answer() -> None:
    """Let an answer to the newest email arrive."""
    newest = db.session.scalar(db.select(db.func.max(OutboxEmail.id)))
    tokens = (EnvelopeWriter(current_settings(), TRANSACTIONAL).write(newest or 0),)
    raw = b"From: Camille <camille@example.net>\r\nSubject: Re\r\n\r\nMerci.\r\n.\r\n"
    apply_report(Report(kind=ReportKind.ANSWER, tokens=tokens), Source.LMTP, clock.now(), raw)


def _take_with_content() -> dict[EmailKind, OutboxEmail]:
    """Return the waiting emails, apart from the session: a use case may delete one."""
    db.session.rollback()
    waiting = (
        db.select(OutboxEmail).where(OutboxEmail.encrypted.is_not(None)).order_by(OutboxEmail.id)
    )
    written = {email.kind: email for email in db.session.scalars(waiting)}
    db.session.expunge_all()
    return written

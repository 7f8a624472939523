"""An export is recorded and announced first; its file has only people who may be written to."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from supporters import clock
from supporters.accounts.models import RoleName
from supporters.consent.log_sealing import seal
from supporters.consent.models import Method, PurposeKind, Wording
from supporters.consent.record_forms import describe_export
from supporters.consent.record_models import Disclosure
from supporters.consent.suppression import EVERYTHING, purpose_scope, suppress
from supporters.consent.wordings import add_purpose
from supporters.database import db, transaction
from supporters.lists.models import ListPurpose, MailingList, Subscription
from supporters.lists.subscriptions import object_to_everything, unsubscribe_from_list
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.people.addresses import address_mac
from supporters.people.models import Subscriber
from supporters.people.profile import PROFILE_FIELDS
from supporters.personal_data.list_exports import COLUMNS, Export, disclose_list, write_file
from supporters.personal_data.restriction import restrict_person
from supporters.personal_data.rules import EXPORTS_A_DAY, ExportError
from supporters.team.accounts import disable_organiser
from supporters.team.team_invitations import invite_organiser
from supporters.transparency_log.models import LogEntry
from supporters.transparency_log.queries import find_entry
from tests.factories.accounts import make_account, make_organiser, make_owner
from tests.factories.campaigns import ANNA, BORIS, CHLOE
from tests.factories.exports import EXPORTER, REASON, export, exported, read_rows
from tests.factories.lists import make_list
from tests.factories.rows import count_anew
from tests.factories.signups import make_subscriber, recipient_of, request_to_join, values_in
from tests.machinery.prepared_states import made_once
from tests.machinery.threads import at_once
from tests.mail.outbox_emails import send_email
from tests.servers.relay import Relay

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def emails() -> list[OutboxEmail]:
    """Return the emails that announce exports."""
    kind = OutboxEmail.kind == EmailKind.EXPORT_MADE
    return [*db.session.scalars(db.select(OutboxEmail).where(kind).order_by(OutboxEmail.id))]


@made_once
def national(app: Flask) -> MailingList:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list, given_name="Anna")
    return mailing_list


def file_of(mailing_list: MailingList, *, has_mark: bool = False) -> bytes:
    """Return a whole file."""
    return b"".join(write_file(export(mailing_list), has_mark=has_mark))


def test_an_export_is_on_the_record_with_its_entry_in_the_log() -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    made = export(mailing_list)
    row = db.session.scalars(db.select(Disclosure)).one()
    entry = find_entry("exported", row.id)
    assert (row.asked_by, row.reason, row.people) == (EXPORTER, REASON, 1)
    assert (row.mailing_list_id, row.occurred_at) == (mailing_list.id, made.occurred_at)
    assert entry is not None
    assert entry.commitment == describe_export(row).commitment
    assert entry.position is not None


def test_no_file_leaves_before_the_log_has_its_record() -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    seal()
    with clock.pretend(clock.now() - timedelta(hours=1)):
        refused = disclose_list(mailing_list.id, asked_by=EXPORTER, reason=REASON)
    assert refused is ExportError.NOT_LOGGED
    assert (count_anew(Disclosure), emails()) == (0, [])
    assert isinstance(export(mailing_list), Export)


def test_the_list_that_was_exported_is_encrypted_too() -> None:
    mailing_list, other = make_list(), make_list("lyon", "Lyon")
    make_subscriber(ANNA, mailing_list)
    export(mailing_list)
    row = db.session.scalars(db.select(Disclosure)).one()
    before = describe_export(row).commitment
    row.mailing_list_id = other.id
    after = describe_export(row).commitment
    db.session.rollback()
    assert before != after


def test_the_officer_and_all_other_owners_are_notified() -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    make_owner(EXPORTER)
    make_owner("second@parti.example")
    make_organiser("other@parti.example")
    disable_organiser(make_owner("gone@parti.example").id)
    invite_organiser("invited@parti.example", RoleName.OWNER, "fr", inviter="")
    export(mailing_list)
    notices = {recipient_of(each): values_in(each) for each in emails()}
    assert {*notices} == {"second@parti.example", "donnees@parti.example"}
    assert {(each["asked_by"], each["reason"], each["people"]) for each in notices.values()} == {
        (EXPORTER, REASON, 1)
    }


def test_an_officer_who_exports_is_notified_at_the_published_address() -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    export(mailing_list, "donnees@parti.example")
    assert [recipient_of(each) for each in emails()] == ["donnees@parti.example"]


def test_officers_with_an_account_are_notified_too_in_their_language() -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    make_account("officer@parti.example", RoleName.DPO, language="en")
    export(mailing_list)
    languages = {recipient_of(each): each.language for each in emails()}
    assert languages == {"officer@parti.example": "en", "donnees@parti.example": "fr"}


def test_the_email_names_the_account_the_list_and_the_reason(relay: Relay) -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    export(mailing_list)
    send_email(emails()[0].id)
    mail = relay.mails_to("donnees@parti.example")[0]
    for part in (mail.part("plain"), mail.part("html")):
        words = " ".join(part.split())
        assert all(each in words for each in (EXPORTER, REASON, mailing_list.name))
        assert "http://localhost/console/exports" in words
        assert ANNA not in words


@pytest.mark.parametrize(
    ("reason", "refused"),
    [("too short", ExportError.REASON_TOO_SHORT), ("x" * 501, ExportError.REASON_TOO_LONG)],
)
def test_a_bad_reason_leaves_no_trace(reason: str, refused: ExportError) -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    before = count_anew(LogEntry), count_anew(OutboxEmail)
    assert disclose_list(mailing_list.id, asked_by=EXPORTER, reason=reason) is refused
    assert (count_anew(LogEntry), count_anew(OutboxEmail)) == before
    assert count_anew(Disclosure) == 0


def test_an_unknown_list_and_an_empty_one_are_refused() -> None:
    mailing_list = make_list()
    request_to_join(ANNA, mailing_list)
    for list_id, refused in ((99, ExportError.UNKNOWN_LIST), (mailing_list.id, ExportError.NOBODY)):
        assert disclose_list(list_id, asked_by=EXPORTER, reason=REASON) is refused
    assert count_anew(Disclosure) == 0


def test_each_account_has_so_many_a_day() -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    for _ in range(EXPORTS_A_DAY):
        export(mailing_list)
    again = disclose_list(mailing_list.id, asked_by=EXPORTER, reason=REASON)
    assert again is ExportError.TOO_MANY
    assert isinstance(export(mailing_list, "other@parti.example"), Export)


@pytest.mark.both_databases
def test_two_at_once_do_not_slip_through_together(app: Flask) -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    for _ in range(EXPORTS_A_DAY - 1):
        export(mailing_list)
    list_id = mailing_list.id
    made = at_once(app, lambda: disclose_list(list_id, asked_by=EXPORTER, reason=REASON), 4)
    assert sum(isinstance(each, Export) for each in made) == 1
    assert count_anew(Disclosure) == EXPORTS_A_DAY


def test_only_people_we_may_write_to_count() -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    unsubscribe_from_list(make_subscriber(BORIS, mailing_list).id, mailing_list.id, Method.PAGE)
    make_subscriber(CHLOE, mailing_list)
    with transaction():
        suppress(address_mac(CHLOE), EVERYTHING, now=clock.now(), until=None)
    assert export(mailing_list).people == 1


@pytest.mark.both_databases
def test_the_file_says_what_was_agreed_to_and_when(national: MailingList) -> None:
    subscription = db.session.scalars(db.select(Subscription)).one()
    version = db.session.scalar(db.select(Wording.version).where(Wording.language == "fr"))
    assert read_rows(file_of(national)) == [
        {
            "address": ANNA,
            **dict.fromkeys(PROFILE_FIELDS, ""),
            "given_name": "Anna",
            "language": "fr",
            "list": "La Lettre nationale",
            "confirmed_at": subscription.subscribed_at.isoformat(timespec="seconds"),
            "wording_version": str(version),
            "event_id": str(subscription.consent_event_id),
        }
    ]


def test_lines_end_as_the_standard_has_it(national: MailingList) -> None:
    file = file_of(national)
    assert file.count(b"\r\n") == file.count(b"\n") == 2
    assert file.split(b"\r\n")[0].decode() == ",".join(COLUMNS)


def test_the_mark_of_excel_is_there_when_asked_for(national: MailingList) -> None:
    plain, marked = file_of(national), file_of(national, has_mark=True)
    assert marked == b"\xef\xbb\xbf" + plain


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "name",
    ["=cmd|' /C calc'!A0", "+33 1", "-1", "@SUM(A1)", "\t=1", "\r=1", '"=1"', "'=1", "a,b\r\nc"],
)
def test_no_cell_is_run_and_each_comes_back(national: MailingList, name: str) -> None:
    with transaction():
        db.session.scalars(db.select(Subscriber)).one().given_name = name
        db.session.get_one(MailingList, national.id).name = name
    file = file_of(national)
    row = read_rows(file)[0]
    assert (row["given_name"], row["list"]) == (name, name)
    assert not any(sign in file for sign in (b",=", b",+", b",-", b",@", b',"\t', b',"\r'))


@pytest.mark.parametrize("why", ["left", "objected", "suppressed", "scope", "restricted", "paused"])
def test_people_we_may_not_write_to_are_left_out(national: MailingList, why: str) -> None:
    boris = make_subscriber(BORIS, national)
    if why == "left":
        unsubscribe_from_list(boris.id, national.id, Method.PAGE)
    elif why == "objected":
        object_to_everything(boris.id)
    with transaction():
        now, held = clock.now(), db.session.get_one(Subscriber, boris.id)
        match why:
            case "suppressed":
                suppress(address_mac(BORIS), EVERYTHING, now=now, until=None)
            case "scope":
                scope = purpose_scope(national.purpose_id)
                suppress(address_mac(BORIS), scope, now=now, until=None)
            case "restricted":
                restrict_person(held.id, Method.ORGANISER, now=now)
            case "paused":
                held.paused_until = now.replace(year=now.year + 1)
    assert exported(national) == [ANNA]


def test_unconfirmed_people_and_other_lists_are_left_out(national: MailingList) -> None:
    request_to_join(BORIS, national)
    make_subscriber(CHLOE, make_list("lyon", "Lyon"))
    assert exported(national) == [ANNA]


def test_people_without_consent_to_the_present_purpose_are_left_out(national: MailingList) -> None:
    with transaction():
        now, held = clock.now(), db.session.get_one(MailingList, national.id)
        texts = {"fr": "Je veux autre chose.", "en": "I want something else."}
        changed = add_purpose(PurposeKind.NEWSLETTER, texts, now=now, succeeds=held.purpose_id)
        db.session.add(ListPurpose(purpose_id=changed.id, mailing_list_id=held.id, since=now))
        held.purpose_id = changed.id
    make_subscriber(BORIS, held)
    assert exported(held) == [BORIS]


def test_a_person_who_unsubscribes_during_the_export_is_left_out(national: MailingList) -> None:
    boris = make_subscriber(BORIS, national)
    file: Iterator[bytes] = write_file(export(national), has_mark=False)
    unsubscribe_from_list(boris.id, national.id, Method.PAGE)
    assert [row["address"] for row in read_rows(b"".join(file))] == [ANNA]


def test_a_person_who_joins_during_the_export_is_left_out(national: MailingList) -> None:
    file = write_file(export(national), has_mark=False)
    make_subscriber(BORIS, national)
    assert [row["address"] for row in read_rows(b"".join(file))] == [ANNA]

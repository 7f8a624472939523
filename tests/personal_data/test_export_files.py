"""The file has only people who may be written to, follows RFC 4180, and runs nothing."""

from collections.abc import Iterator

import pytest
from flask import Flask

from supporters import clock
from supporters.consent.models import Method, PurposeKind, Wording
from supporters.consent.suppression import EVERYTHING, purpose_scope, suppress
from supporters.consent.wordings import add_purpose
from supporters.database import db, transaction
from supporters.lists.models import ListPurpose, MailingList, Subscription
from supporters.lists.subscriptions import object_to_everything, unsubscribe_from_list
from supporters.people.address_hashes import address_mac
from supporters.people.models import Subscriber
from supporters.people.profile import PROFILE_FIELDS
from supporters.personal_data.list_exports import COLUMNS, write_file
from supporters.personal_data.restriction import restrict_person
from tests.factories.campaigns import ANNA, BORIS, CHLOE
from tests.factories.exports import export, exported, read_rows
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber, request_to_join
from tests.machinery.prepared_states import made_once

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


@made_once
def national(app: Flask) -> MailingList:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list, given_name="Anna")
    return mailing_list


def file_of(mailing_list: MailingList, *, has_mark: bool = False) -> bytes:
    """Return a whole file."""
    return b"".join(write_file(export(mailing_list), has_mark=has_mark))


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

"""Evidence on a person: told to the owners and the officer, and limited in a day."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.consent.record_models import Disclosure
from supporters.evidence.evidence_disclosure import (
    EVIDENCE_A_DAY,
    DiscloseEvidenceError,
    disclose_evidence,
)
from tests.factories.accounts import make_dpo, make_owner
from tests.factories.lists import make_list
from tests.factories.lookups import acting_account, notices_to
from tests.factories.signups import ADDRESS, make_subscriber
from tests.machinery.threads import at_once

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


@pytest.fixture
def person_id() -> int:
    return make_subscriber(ADDRESS, make_list()).id


def ask(person_id: int, owner: Organiser) -> Disclosure | DiscloseEvidenceError:
    """Ask for the evidence on a person as an account does."""
    return ask_as(person_id, owner.id, owner.email)


def ask_as(person_id: int, account_id: int, email: str) -> Disclosure | DiscloseEvidenceError:
    """Ask for the evidence on a person as the account with this id and address does."""
    with acting_account(account_id):
        return disclose_evidence(person_id, asked_by=email, reason="Une plainte")


def test_the_officer_and_the_owners_are_told_of_each(person_id: int) -> None:
    owner, officer = make_owner(), make_dpo()
    assert isinstance(ask(person_id, owner), Disclosure)
    for account in (owner, officer):
        (values,) = notices_to(account.email)
        assert (values["account"], values["reason"]) == (owner.email, "Une plainte")


def test_an_account_gets_it_a_few_times_in_a_day(person_id: int) -> None:
    owner = make_owner()
    results = [ask(person_id, owner) for _ in range(EVIDENCE_A_DAY + 1)]
    assert [isinstance(each, Disclosure) for each in results] == [True] * EVIDENCE_A_DAY + [False]
    assert results[-1] is DiscloseEvidenceError.LIMIT_REACHED
    assert isinstance(ask(person_id, make_dpo()), Disclosure)
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert isinstance(ask(person_id, owner), Disclosure)


@pytest.mark.both_databases
def test_parallel_requests_stay_within_the_limit(app: Flask, person_id: int) -> None:
    owner = make_owner()
    for _ in range(EVIDENCE_A_DAY - 1):
        ask(person_id, owner)
    account_id, email = owner.id, owner.email
    results = at_once(app, lambda: ask_as(person_id, account_id, email), workers=3)
    assert sum(isinstance(each, Disclosure) for each in results) == 1


def test_an_unknown_person_has_no_evidence() -> None:
    assert ask(404, make_owner()) is DiscloseEvidenceError.UNKNOWN

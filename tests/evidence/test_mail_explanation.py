"""The explanation of an email agrees with the proof of its record, while the log grows."""

import pytest
from flask import Flask
from sqlalchemy import text

from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent
from supporters.consent.receipts import NotProvable, prove_event
from supporters.database import db, transaction
from supporters.evidence.mail_explanation import Explanation, explain_email
from supporters.lists.models import MailingList
from supporters.people.models import Subscriber
from supporters.transparency_log import cached_tree
from supporters.transparency_log.queries import find_latest_checkpoint
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]
NO_CAMPAIGN = 404


def explain(person_id: int, mailing_list: MailingList) -> Explanation:
    """Return the explanation of the last consent of a person."""
    found = explain_email(person_id, mailing_list.id, NO_CAMPAIGN)
    assert found is not None
    return found


def assert_as_proved(person_id: int, mailing_list: MailingList) -> None:
    """Compare the explanation with the proof that a receipt has."""
    found = explain(person_id, mailing_list)
    db.session.rollback()
    event = db.session.get_one(ConsentEvent, found.event.id)
    salt = db.session.get_one(Subscriber, person_id).log_salt
    proof = prove_event(event, log_salt=salt, head=find_latest_checkpoint())
    assert found.is_provable
    if proof is None:
        assert found.sealing is None
        return
    assert found.sealing is not None
    assert (found.sealing.position, found.sealing.by) == (proof.position, proof.span.by.sealed_at)
    after = proof.span.after
    assert found.sealing.after == (None if after is None else after.sealed_at)
    assert found.sealing.delay is proof.span.delay_since(event.occurred_at)


def test_it_agrees_with_the_proof_while_the_log_grows() -> None:
    national = make_list()
    people = []
    for number in range(4):
        people.append(make_subscriber(f"p{number}@example.org", national).id)
        for each in people:
            assert_as_proved(each, national)
        seal()
        for each in people:
            assert_as_proved(each, national)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE consent_event SET page_url = 'http://autre' WHERE kind = 'confirmed'",
        "UPDATE log_entry SET commitment = (SELECT root FROM log_checkpoint) WHERE {own}",
        "UPDATE log_checkpoint SET root = (SELECT commitment FROM log_entry WHERE {own})",
        "DELETE FROM log_entry WHERE kind = 'confirmed'",
        "UPDATE wording SET text = 'Autre texte'",
    ],
)
def test_an_altered_record_is_never_called_provable(change: str) -> None:
    national = make_list()
    person = make_subscriber("anna@example.org", national)
    seal()
    assert explain(person.id, national).is_provable
    with transaction():
        db.session.execute(text(change.format(own="kind = 'confirmed'")))
    found = explain(person.id, national)
    assert (found.is_provable, found.sealing) == (False, None)
    db.session.rollback()
    event = db.session.get_one(ConsentEvent, found.event.id)
    with pytest.raises(NotProvable):
        prove_event(event, log_salt=person.log_salt, head=find_latest_checkpoint())


@pytest.mark.parametrize("change", ["DELETE FROM log_tile", "UPDATE log_tile SET hashes = root"])
def test_a_process_that_kept_no_tiles_notices_damaged_ones(app: Flask, change: str) -> None:
    national = make_list()
    person = make_subscriber("anna@example.org", national)
    seal()
    with transaction():
        root = "(SELECT root FROM log_checkpoint ORDER BY size DESC LIMIT 1)"
        db.session.execute(text(change.replace("root", root)))
    cached_tree.init_app(app)
    assert explain(person.id, national).sealing is None


def test_another_tree_of_the_same_size_is_read_anew(app: Flask) -> None:
    national = make_list()
    person = make_subscriber("anna@example.org", national)
    seal()
    assert explain(person.id, national).is_provable
    cached_tree.cached_tree()._tiles.cached = dict.fromkeys(
        cached_tree.cached_tree()._tiles.cached, b""
    )
    assert explain(person.id, national).is_provable

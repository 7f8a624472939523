""" "Did you write to me after I left?" is answered with proofs that another program checks.

The checker below imports nothing of the program: it has the answer, and a checkpoint.
"""

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import text

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.database import db, transaction
from supporters.delivery.sealed_ledgers.ledger_sealing import seal_ended_ledgers
from supporters.evidence.evidence_pack import gather_evidence
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.retention.old_records import purge_deliveries
from supporters.transparency_log.queries import find_latest_checkpoint
from tests.factories.campaigns import ANNA, BORIS, CHLOE, launch, send, subscriber_at
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once
from tests.machinery.statements import statements
from tests.transparency_log.reference_tree import hash_leaf_of

pytestmark = pytest.mark.both_databases
HALF = 16
ASK = ["rights", "written-to", "--reason", "Il demande si nous lui avons écrit."]


@made_once
def campaigns(app: Flask) -> list[int]:
    """Return three campaigns: sent before Anna left, while she left, and after it."""
    mailing_list = make_list()
    for address in (ANNA, BORIS, CHLOE):
        make_subscriber(address, mailing_list)
    before = launch(mailing_list)
    send()
    meanwhile = launch(mailing_list)
    unsubscribe_from_every_list(subscriber_at(ANNA).id, Method.PAGE)
    send()
    after = launch(mailing_list)
    send()
    assert seal_ended_ledgers() == 3
    seal()
    return [before, meanwhile, after]


def ask(address: str) -> dict[str, Any]:
    db.session.remove()
    answer = gather_evidence(subscriber_at(address), now=clock.now())["written_to"]
    return json.loads(json.dumps(answer))  # type: ignore[no-any-return]


def keyed(key: bytes, text_: str) -> bytes:
    return hmac.digest(key, text_.encode(), "sha256")


def climb(leaf: bytes, index: int, size: int, path: list[str]) -> bytes:
    """Return the root to which a path leads (RFC 9162 section 2.1.3.2)."""
    last, found = size - 1, hash_leaf_of(leaf)
    for step in map(bytes.fromhex, path):
        if index % 2 or index == last:
            found = hashlib.sha256(b"\1" + step + found).digest()
            while not index % 2 and index:
                index, last = index // 2, last // 2
        else:
            found = hashlib.sha256(b"\1" + found + step).digest()
        index, last = index // 2, last // 2
    return found


def find_sealed(each: dict[str, Any]) -> dict[str, Any]:
    """Return what the log has of a ledger, once its proof leads to the root of the log."""
    proof, checkpoint = each["sealed"], find_latest_checkpoint()
    assert checkpoint is not None
    record = json.loads(proof["record"])
    commitment = keyed(bytes.fromhex(proof["key"]), proof["record"])
    leaf = f"supporters.consent/1\n{record['kind']}\n{record['id']}\n".encode() + commitment
    assert climb(leaf, proof["index"], proof["size"], proof["path"]) == checkpoint.root
    assert (record["kind"], record["about"]) == ("ledger", str(each["campaign"]))
    content: dict[str, Any] = json.loads(record["content"])
    return content


def check(answer: dict[str, Any], each: dict[str, Any]) -> str | None:
    """Return what the sealed ledger of a campaign says of the person; None for no row."""
    sealed, size = find_sealed(each), find_sealed(each)["rows"]
    leaves = [bytes.fromhex(leaf["leaf"]) for leaf in each["leaves"]]
    for leaf, told in zip(leaves, each["leaves"], strict=True):
        assert climb(leaf, told["index"], size, told["path"]).hex() == sealed["root"]
    key = keyed(bytes.fromhex(answer["key"]), f"ledger\n{each['campaign']}")
    token = keyed(key, "token")[:HALF]
    if each["row"]:
        assert leaves == [token + keyed(key, each["row"]["text"])[:HALF]]
        return str(each["row"]["text"].split("\n")[0])
    places = [told["index"] for told in each["leaves"]]
    if leaves[0][:HALF] < token:
        assert len(leaves) == 1 or (places[1] == places[0] + 1 and token < leaves[1][:HALF])
        assert len(leaves) == 2 or places == [size - 1]
    else:
        assert (places, token < leaves[0][:HALF]) == ([0], True)
    return None


def test_another_program_checks_each_answer(campaigns: list[int]) -> None:
    answer = ask(ANNA)
    told = {each["campaign"]: (each["answer"], each["is_proven"]) for each in answer["campaigns"]}
    assert told == {campaigns[1]: ("not", True), campaigns[2]: ("no-row", True)}
    assert [check(answer, each) for each in answer["campaigns"]] == ["skipped", None]


def test_the_key_is_that_of_the_consents_of_the_person(campaigns: list[int]) -> None:
    person = subscriber_at(ANNA)
    pack = gather_evidence(person, now=clock.now())
    key = bytes.fromhex(pack["written_to"]["key"])
    for event in pack["events"]:
        assert event["proof"]["key"] == keyed(key, f"{event['kind']}\n{event['id']}").hex()


def test_an_email_after_the_leaving_is_told_and_proven(campaigns: list[int]) -> None:
    unsubscribe_from_every_list(subscriber_at(BORIS).id, Method.PAGE)
    with transaction():
        for hours, kind in ((1, EventKind.WITHDRAWN), (2, EventKind.CONFIRMED)):
            theirs = db.update(ConsentEvent).where(ConsentEvent.kind == kind)
            earlier = clock.now() - timedelta(hours=hours)
            db.session.execute(theirs.values(occurred_at=earlier))
    answer = ask(BORIS)
    assert [each["answer"] for each in answer["campaigns"]] == ["after"] * 3
    assert [check(answer, each) for each in answer["campaigns"]] == ["accepted"] * 3


def test_somebody_who_came_back_was_written_to_with_a_consent(campaigns: list[int]) -> None:
    mailing_list = db.session.scalars(db.select(MailingList)).one()
    make_subscriber(ANNA, mailing_list)
    again = launch(mailing_list)
    send()
    assert seal_ended_ledgers() == 1
    seal()
    [*_, last] = ask(ANNA)["campaigns"]
    assert (last["campaign"], last["answer"], last["is_proven"]) == (again, "consented", True)


def test_a_row_that_was_altered_since_is_not_proven(campaigns: list[int]) -> None:
    with transaction():
        db.session.execute(
            text("DELETE FROM delivery WHERE campaign_id = :id"), {"id": campaigns[1]}
        )
    [altered, _] = ask(ANNA)["campaigns"]
    assert (altered["answer"], altered["is_proven"]) == ("no-row", False)


def test_a_campaign_whose_rows_retention_deleted_is_not_denied(campaigns: list[int]) -> None:
    unsubscribe_from_every_list(subscriber_at(BORIS).id, Method.PAGE)
    with transaction():
        db.session.execute(db.update(Campaign).values(finished_at=clock.now() + timedelta(days=1)))
    purge_deliveries(400, clock.now() + timedelta(days=402))
    told = [(each["answer"], each["is_proven"]) for each in ask(BORIS)["campaigns"]]
    assert told == [("deleted", False)] * 3
    with transaction():
        db.session.execute(text("DELETE FROM sealed_fact WHERE kind LIKE 'ledger%'"))
    assert [each["answer"] for each in ask(BORIS)["campaigns"]] == ["deleted"] * 3


@pytest.mark.parametrize(("address", "each_takes"), [(ANNA, 2), (BORIS, 3)])
def test_a_campaign_takes_the_tiles_of_its_ledger_and_one_to_the_person_its_version(
    campaigns: list[int], address: str, each_takes: int
) -> None:
    before = count_statements(address)
    mailing_list = db.session.scalars(db.select(MailingList)).one()
    for _ in range(3):
        launch(mailing_list)
        send()
    assert seal_ended_ledgers() == 3
    seal()
    assert count_statements(address) - before <= 3 * each_takes


def count_statements(address: str) -> int:
    with statements() as said:
        ask(address)
    return len(said)


def test_the_command_answers_and_the_log_records_it(
    campaigns: list[int], runner: FlaskCliRunner
) -> None:
    done = runner.invoke(args=[*ASK, ANNA])
    assert done.exit_code == 0, done.output
    assert [line.split()[-1] for line in done.output.splitlines()[-2:]] == ["yes", "yes"]
    disclosed = db.session.scalar(text("SELECT count(*) FROM disclosure"))
    assert disclosed == 1


def test_the_command_says_what_it_can_not_know(app: Flask, runner: FlaskCliRunner) -> None:
    done = runner.invoke(args=[*ASK, "inconnu@example.org"])
    assert (done.exit_code, "Nobody here has this address" in done.output) == (1, True)

"""Receipts are complete, have no address, and the script rejects every change."""

import json
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.consent.receipts import NotAConsent, Receipt, make_receipt, sign_receipt
from supporters.database import db
from supporters.extensions import current_settings
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.people.models import Subscriber
from supporters.transparency_log.log_records import person_key
from tests.audit.first_form import use_first_form
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, PAGE, make_subscriber
from tests.lists.test_mailing_lists import rename_party
from tests.machinery.prepared_states import made_once

pytestmark = pytest.mark.usefixtures("app")

SCRIPT = Path(__file__).parents[2] / "docs" / "verify_receipt.py"
OTHER_KEY = "localhost/consent-log+00000000+AWNIx/6FLxKbI4Qs2vWdaFWxZj2qpkcCuIYdEqX3bB7k"


def event_of(person: Subscriber, kind: EventKind = EventKind.CONFIRMED) -> ConsentEvent:
    """Return a person's event of a kind."""
    event = db.session.scalar(
        select(ConsentEvent).where(
            ConsentEvent.subscriber_id == person.id, ConsentEvent.kind == kind
        )
    )
    assert event is not None
    return event


def receipt_of(person: Subscriber) -> Receipt | None:
    """Return the receipt of a person's confirmation."""
    return make_receipt(event_of(person), log_salt=person.log_salt, name="La Lettre nationale")


@made_once
def receipt() -> dict[str, Any]:
    """Return the receipt of one of several subscribers."""
    national = make_list()
    people = [make_subscriber(f"{name}@example.org", national) for name in ("ada", "camille")]
    seal()
    found = receipt_of(people[1])
    assert found is not None
    return json.loads(json.dumps(found))


def verify(receipt: object, folder: Path, key: str) -> int:
    """Run the script on a receipt, as a person does; return its status."""
    return run(receipt, folder, key).returncode


def run(receipt: object, folder: Path, *keys: str) -> subprocess.CompletedProcess[str]:
    """Run the script on a receipt, as a person does."""
    file = folder / "receipt.json"
    file.write_text(json.dumps(receipt, ensure_ascii=False, indent=2), encoding="utf-8")
    command = [sys.executable, "-I", str(SCRIPT), str(file), *keys]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def load_verify(name: str = "verify") -> Any:
    """Return the function of the script, for the tests that call it many times."""
    source = SCRIPT.read_text(encoding="utf-8").partition("\nif __name__")[0]
    names: dict[str, Any] = {}
    exec(compile(source, SCRIPT, "exec"), names)  # noqa: S102 - it is our own script
    return names[name]


def changes(value: Any) -> Iterator[Any]:
    """Yield every value that differs from this one in one place."""
    match value:
        case dict():
            for name in value:
                yield {key: each for key, each in value.items() if key != name}
                yield from ({**value, name: each} for each in changes(value[name]))
        case list():
            yield value[:-1] if value else ["00"]
            for place, item in enumerate(value):
                yield from ([*value[:place], each, *value[place + 1 :]] for each in changes(item))
        case str():
            yield value + " "
            yield value[:-2] + ("A" if value[-2:-1] != "A" else "B") + value[-1:]
        case int():
            yield value + 1
        case None:
            yield "something"


@pytest.mark.both_databases
def test_the_script_finds_a_receipt_genuine(receipt: dict[str, Any], tmp_path: Path) -> None:
    assert verify(receipt, tmp_path, receipt["verifier_key"]) == 0


def test_the_script_refuses_another_key_and_a_changed_receipt(
    receipt: dict[str, Any], tmp_path: Path
) -> None:
    other = deepcopy(receipt)
    other["consent"]["text"] += " Et à mes amis."
    assert verify(receipt, tmp_path, OTHER_KEY) == 1
    assert verify(other, tmp_path, receipt["verifier_key"]) == 1


def test_every_change_of_a_receipt_is_found(receipt: dict[str, Any]) -> None:
    is_genuine = load_verify()
    tampered = [*changes(receipt)]
    found = 0
    for each in tampered:
        try:
            found += not is_genuine(each, receipt["verifier_key"])
        except Exception:  # the script reports these as not genuine
            found += 1
    assert is_genuine(receipt, receipt["verifier_key"])
    assert found == len(tampered) > 60


@pytest.mark.both_databases
def test_a_receipt_names_the_controller_of_the_time_of_consent(app: Flask, tmp_path: Path) -> None:
    before = current_settings()
    person = make_subscriber(ADDRESS, make_list())
    rename_party(app, "Le Nouveau Parti")
    seal()
    receipt = receipt_of(person) or {}
    assert receipt["controller"] == json.loads(str(receipt["record"]))["controller"]
    assert dict(receipt["controller"])["name"] == before.party_name
    assert verify(receipt, tmp_path, str(receipt["verifier_key"])) == 0


@pytest.mark.both_databases
def test_the_receipt_of_a_first_consent_is_genuine_too(app: Flask, tmp_path: Path) -> None:
    person = make_subscriber(ADDRESS, make_list())
    use_first_form()
    seal()
    receipt = receipt_of(person) or {}
    assert "controller" not in json.loads(str(receipt["record"]))
    assert dict(receipt["controller"])["name"] == current_settings().party_name
    assert verify(receipt, tmp_path, str(receipt["verifier_key"])) == 0


def test_a_signed_receipt_that_differs_from_its_record_is_rejected(receipt: dict[str, Any]) -> None:
    cases = [
        *(("controller", name, "Le Nouveau Parti") for name in ("name", "address", "contact")),
        ("controller", "data_protection_officer", "Le Nouveau Parti"),
        ("consent", "legal_ground", "GDPR article 9(2)(d)"),
        ("consent", "legal_ground", "GDPR, in no way article 9(2)(a)"),
        *(("consent", name, "another") for name in ("text", "page_url", "method", "text_sha256")),
        ("consent", "language", "another"),
        *(
            ("consent", name, "2026-01-01T00:00:00.000000Z")
            for name in ("confirmed_at", "asked_at")
        ),
        ("consent", "page_sha256", "0" * 64),
        ("consent", "text_version", 7),
        ("consent", "purposes", [{"id": 99, "kind": "newsletter", "name": "Another"}]),
        ("consent", "purposes", []),
    ]
    for part, name, value in cases:
        content = {key: receipt[key] for key in receipt if key != "signature"}
        content[part] = {**content[part], name: value}
        assert not load_verify()(sign_receipt(content), receipt["verifier_key"])


def test_a_signed_receipt_with_another_leaf_is_rejected(receipt: dict[str, Any]) -> None:
    content = {key: receipt[key] for key in receipt if key != "signature"}
    signed = sign_receipt({**content, "leaf": "00" * 32})
    assert not load_verify()(signed, receipt["verifier_key"])


def test_a_request_has_no_receipt() -> None:
    person = make_subscriber(ADDRESS, make_list())
    seal()
    asked = event_of(person, EventKind.REQUESTED)
    forged = make_receipt(asked, log_salt=person.log_salt, name="La Lettre", kinds=[*EventKind])
    assert forged is not None
    assert not load_verify()(forged, forged["verifier_key"])


@pytest.mark.parametrize("change", ["record", "key", "index"])
def test_a_signed_receipt_without_its_position_is_rejected(
    receipt: dict[str, Any], change: str
) -> None:
    content = {key: receipt[key] for key in receipt if key != "signature"}
    match change:
        case "record":
            content["record"] = content["record"].replace('"link"', '"code"')
        case "key":
            content["key"] = "00" * 32
        case _:
            content["proof"]["index"] -= 1
    assert not load_verify()(sign_receipt(content), receipt["verifier_key"])


def test_a_receipt_has_controller_wording_time_and_how_to_withdraw(receipt: dict[str, Any]) -> None:
    settings = current_settings()
    consent = receipt["consent"]
    assert receipt["controller"]["name"] == settings.party_name
    assert receipt["controller"]["data_protection_officer"] == settings.dpo_contact
    assert consent["purposes"][0]["name"] == "La Lettre nationale"
    assert settings.party_name in consent["text"]
    assert consent["page_url"] == PAGE
    assert settings.party_contact in consent["how_to_withdraw"]


def test_a_receipt_holds_neither_the_address_nor_the_persons_key() -> None:
    person = make_subscriber(ADDRESS, make_list(), given_name="Camille")
    seal()
    text = json.dumps(receipt_of(person))
    assert "camille" not in text.lower()
    assert person_key(person.log_salt).hex() not in text
    assert person.log_salt.hex() not in text


def test_the_key_in_a_receipt_opens_one_record_only() -> None:
    person = make_subscriber(ADDRESS, make_list(), make_list("lyon", "Lyon"))
    seal()
    keys = {
        str((make_receipt(event, log_salt=person.log_salt, name="") or {})["key"])
        for event in db.session.scalars(
            select(ConsentEvent).where(ConsentEvent.kind == EventKind.CONFIRMED)
        )
    }
    assert len(keys) == 2


def test_there_is_no_receipt_before_the_log_has_sealed_it() -> None:
    person = make_subscriber(ADDRESS, make_list())
    assert receipt_of(person) is None
    seal()
    later = make_subscriber("ada@example.org", make_list("lyon", "Lyon"))
    assert receipt_of(later) is None
    assert receipt_of(person) is not None


def test_a_withdrawal_has_no_receipt_of_a_consent() -> None:
    person = make_subscriber(ADDRESS, make_list())
    unsubscribe_from_every_list(person.id, Method.PAGE)
    event = event_of(person, EventKind.WITHDRAWN)
    with pytest.raises(NotAConsent):
        make_receipt(event, log_salt=person.log_salt, name="")


def test_the_script_is_short_enough_to_be_read() -> None:
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) < 455

"""The evidence pack is complete, has a proof for each record, and is itself recorded."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from supporters import clock
from supporters.consent.labels import purpose_kind_name
from supporters.consent.models import Method, PageStyle
from supporters.consent.record_models import Disclosure
from supporters.consent.suppression import INVITATIONS, suppress
from supporters.consent.wordings import store_wording
from supporters.database import db, transaction
from supporters.delivery.engine.sending_engine import send_here
from supporters.evidence.evidence_disclosure import (
    DiscloseEvidenceError,
    disclose_evidence,
    render_evidence,
)
from supporters.evidence.evidence_pack import gather_evidence
from supporters.lists.subscriptions import object_to_everything, unsubscribe_from_every_list
from supporters.people.models import Subscriber
from supporters.transparency_log.checkpoints import read_checkpoint
from supporters.transparency_log.log_records import format_moment, signing_key
from supporters.transparency_log.merkle_tree import is_included
from tests.audit.first_form import use_first_form
from tests.factories.campaigns import RecordingTransport, launch
from tests.factories.consent.consent_log import count_unsealed
from tests.factories.consent.reconfirmation import ask_one
from tests.factories.lists import make_list
from tests.factories.my_data import open_my_data
from tests.factories.rows import count_rows
from tests.factories.signups import ADDRESS, make_subscriber, make_subscriber_with_snapshot
from tests.lists.test_mailing_lists import rename_party
from tests.lists.test_optional_purposes import make_subscriber_of_everything, offered
from tests.machinery.prepared_states import made_once
from tests.markup import Markup

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

SHEET = '<link rel="stylesheet" href="/static/css/base.css">'
WORDS = '<p title="canari">Comme montrée</p>'
SHOWN = f"<!DOCTYPE html><title>Page</title>{SHEET}{WORDS}"
WITH_STYLE = f"<!DOCTYPE html><title>Page</title><style>\np {{ color: teal }}\n</style>{WORDS}"
WITH_PROOF = ("events", "purposes", "wordings", "pages", "controllers", "disclosures")


@made_once
def person() -> Subscriber:
    """Return a person who signed up on a recorded page, got an email, and unsubscribed."""
    national = make_list()
    make_subscriber("ada@example.org", national)
    person = make_subscriber_with_snapshot(ADDRESS, national, SHOWN, given_name="Camille")
    launch(national, "Des nouvelles de samedi")
    send_here(RecordingTransport())
    unsubscribe_from_every_list(person.id, Method.ONE_CLICK)
    return person


def evidence_on(person: Subscriber, reason: str = "plainte") -> dict[str, Any]:
    """Return the pack, as it is written to a file."""
    assert disclose_evidence(person.id, asked_by="dpo@parti.example", reason=reason)
    pack: dict[str, Any] = json.loads(json.dumps(gather_evidence(person, now=clock.now())))
    return pack


def test_every_record_in_the_pack_is_proved_against_its_checkpoint(person: Subscriber) -> None:
    pack = evidence_on(person)
    head = read_checkpoint(pack["log"]["checkpoint"], signing_key().public_key())
    parts = [part for name in WITH_PROOF for part in pack[name]]
    assert len(parts) == 8
    for part in parts:
        proof = part["proof"]
        record = json.loads(proof["record"])
        own_key = bytes.fromhex(proof["key"])
        commitment = hmac.digest(own_key, proof["record"].encode(), "sha256")
        start = f"\0{record['schema']}\n{record['kind']}\n{record['id']}\n".encode()
        leaf = hashlib.sha256(start + commitment).digest()
        path = [bytes.fromhex(step) for step in proof["path"]]
        assert part["is_intact"]
        assert is_included(leaf, proof["index"], size=head.size, root=head.root, path=path)


def test_the_pack_has_events_pages_and_emails(person: Subscriber) -> None:
    pack = evidence_on(person)
    assert [event["kind"] for event in pack["events"]] == ["requested", "confirmed", "withdrawn"]
    assert pack["events"][1]["list"] == "La Lettre nationale"
    assert pack["events"][1]["token_sha256"]
    assert pack["wordings"][0]["text"].startswith("Je veux recevoir les messages politiques")
    assert [(mail["subject"], mail["became"]) for mail in pack["mails"]] == [
        ("Des nouvelles de samedi", "accepted")
    ]
    assert [each["scope"] for each in pack["suppressions"]] == ["purpose"]
    assert pack["person"]["address"] == ADDRESS


def test_the_confirmation_emails_are_in_the_pack() -> None:
    mailing_list = make_list()
    person = make_subscriber(ADDRESS, mailing_list)
    asked = ask_one(person, mailing_list.purpose_id)
    pack = evidence_on(person)
    first, second = pack["letters"]
    assert (first["kind"], bool(first["answered_at"])) == ("confirm_signup", True)
    assert (second["kind"], second["created_at"]) == ("ask_again", format_moment(asked.created_at))
    words = Markup(render_evidence(pack, "en")).words
    assert "Confirmation of a sign-up" in words
    assert "Reconfirmation" in words


def test_a_consent_without_a_list_has_a_name() -> None:
    mailing_list = make_list()
    optional = offered()
    pack = evidence_on(make_subscriber_of_everything(mailing_list))
    names = {event["purpose"]: event["purpose_name"] for event in pack["events"]}
    assert names == {
        mailing_list.purpose_id: mailing_list.name,
        optional.id: purpose_kind_name(optional.kind),
    }
    assert f"<strong>{names[optional.id]}</strong>" in render_evidence(pack, "fr")


def test_each_event_names_its_controller_and_legal_ground(app: Flask, person: Subscriber) -> None:
    rename_party(app, "Le Nouveau Parti")
    object_to_everything(person.id)
    pack = evidence_on(person)
    names = {each["id"]: each["name"] for each in pack["controllers"]}
    told = [(names[event["controller"]], event["basis"]) for event in pack["events"]]
    assert told == [("Parti de l’Exemple", "9(2)(a)")] * 3 + [("Le Nouveau Parti", "9(2)(a)")]
    assert pack["controller"]["name"] == "Le Nouveau Parti"
    words = " ".join(Markup(render_evidence(pack, "en")).words.split())
    assert words.count("Controller at that time: Parti de l’Exemple, ") == 3
    assert words.count("Legal ground: GDPR article 9(2)(a)") == 4


def test_the_first_events_name_no_controller() -> None:
    person = make_subscriber(ADDRESS, make_list())
    use_first_form()
    pack = evidence_on(person)
    assert {(event["controller"], event["basis"]) for event in pack["events"]} == {(None, None)}
    assert all(event["is_intact"] for event in pack["events"])
    assert "Controller at that time" not in render_evidence(pack, "en")


def test_each_suppression_has_a_label(person: Subscriber) -> None:
    with transaction():
        suppress(person.address_mac, INVITATIONS, now=clock.now(), until=None)
    pack = evidence_on(person)
    assert INVITATIONS in {each["scope"] for each in pack["suppressions"]}
    assert "<li>, " not in render_evidence(pack, "en")


def test_the_page_as_shown_is_in_the_pack_and_its_hash_matches(person: Subscriber) -> None:
    with transaction():
        store_wording(1, "fr", "Un texte d’après.", now=clock.now())
    (page,) = evidence_on(person)["pages"]
    assert page["html"] == SHOWN
    assert page["sha256"] == hashlib.sha256(SHOWN.encode()).hexdigest()
    assert json.loads(page["proof"]["record"])["sha256"] == page["sha256"]


def test_the_style_is_in_the_pack_and_its_hash_is_sealed_with_the_page(person: Subscriber) -> None:
    pack = evidence_on(person)
    (page,) = pack["pages"]
    (style,) = pack["styles"].values()
    assert page["style_sha256"] == hashlib.sha256(style.encode()).hexdigest()
    assert json.loads(page["proof"]["record"])["style_sha256"] == page["style_sha256"]


@pytest.mark.both_databases
def test_a_page_whose_style_was_altered_is_not_shown(person: Subscriber) -> None:
    with transaction():
        db.session.scalars(select(PageStyle)).one().content = b"something else"
    pack = evidence_on(person)
    assert ([page["html"] for page in pack["pages"]], pack["styles"]) == ([None], {})
    assert "srcdoc" not in render_evidence(pack, "en")


def test_nothing_waits_to_be_sealed_when_the_pack_is_made(person: Subscriber) -> None:
    assert count_unsealed() > 0
    evidence_on(person)
    assert count_unsealed() == 0


def test_the_account_and_the_reason_are_in_this_pack_and_in_later_ones(person: Subscriber) -> None:
    evidence_on(person, "une première fois")
    pack = evidence_on(person, "une seconde fois")
    reasons = [(each["asked_by"], each["reason"]) for each in pack["disclosures"]]
    assert reasons == [
        ("dpo@parti.example", "une première fois"),
        ("dpo@parti.example", "une seconde fois"),
    ]


def test_an_unknown_person_is_not_disclosed(person: Subscriber) -> None:
    assert (
        disclose_evidence(404, asked_by="dpo@parti.example", reason="plainte")
        is DiscloseEvidenceError.UNKNOWN
    )
    assert count_rows(Disclosure) == 0


def test_no_data_of_other_people_is_in_the_pack(person: Subscriber) -> None:
    assert "ada@example.org" not in json.dumps(evidence_on(person))


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("UPDATE consent_event SET page_url = 'http://autre' WHERE kind = 'confirmed'", "events"),
        ("UPDATE wording SET text = 'Autre chose.' WHERE language = 'fr'", "wordings"),
        ("UPDATE page_snapshot SET content_hash = '00'", "pages"),
        ("UPDATE controller SET name = 'autre'", "controllers"),
        ("UPDATE controller SET name = 'autre'", "events"),
        ("UPDATE disclosure SET reason = 'autre'", "disclosures"),
    ],
)
def test_a_record_changed_after_sealing_is_not_intact(
    person: Subscriber, statement: str, name: str
) -> None:
    evidence_on(person)
    with transaction():
        db.session.execute(text(statement))
    db.session.expire_all()
    pack = gather_evidence(person, now=clock.now())
    assert not all(part["is_intact"] for part in pack[name])
    assert "message-bad" in render_evidence(pack, "fr")


def test_an_objection_is_among_the_suppressions(person: Subscriber) -> None:
    object_to_everything(person.id)
    scopes = {each["scope"] for each in evidence_on(person)["suppressions"]}
    assert scopes == {"everything", "purpose"}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_file_to_read_loads_nothing_and_carries_the_page(
    person: Subscriber, language: str
) -> None:
    read = Markup(render_evidence(evidence_on(person), language))
    assert read.sources == set()
    assert "script" not in read.tags
    assert ("srcdoc", WITH_STYLE) in read.attributes
    assert ("sandbox", "") in read.attributes
    assert ADDRESS in read.words


def test_the_french_pack_shows_that_the_person_opened_my_data(
    person: Subscriber, client: FlaskClient
) -> None:
    make_subscriber(ADDRESS, make_list("paris", "Paris"))
    open_my_data(client, ADDRESS)
    words = Markup(render_evidence(evidence_on(person), "fr")).words
    assert "un nouvel e-mail à son adresse" in words

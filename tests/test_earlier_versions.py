"""Keys, links, records and encrypted rows of earlier versions stay valid: each is pinned here.

A constant that goes into a key is part of the data. Renaming it would make every stored row and
every link in a sent email unreadable. One that goes into a record would make it unprovable.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from supporters.consent.act_places import ActSurface
from supporters.consent.email_columns import EmailOutcome
from supporters.consent.models import (
    ConsentEvent,
    Controller,
    EventKind,
    LawfulBasis,
    Method,
    PageSnapshot,
    Wording,
)
from supporters.consent.record_forms import describe_event
from supporters.consent.record_holders import hash_holder
from supporters.crypto.encryption import Encryptor, keyed_hash
from supporters.crypto.tokens import TokenPurpose, TokenSigner
from supporters.delivery.rules import DeliveryStatus
from supporters.delivery.sealed_ledgers.row_leaves import LedgerRow, make_leaf, row_key

KEYS = ["a secret key of an earlier version."]
SEALED = (
    b"gAAAAABrB-5dbmVEmYsAFEXdmyUqv_yt5pW_r6fVzHBE2rWvJXpkhXejWDw2MFhNkIDcAM-k3ONy2gC65LaEQROfrVk6"
    b"4KSUVA=="
)
HASH = "79f0515857055657de25cc77e2a3912e4ecef84309ad7d3205a3175a917ad984"
LEDGER_LEAF = "be38dd5625129f2595b9ab417b38c4df3f0361c8436cdcb7ef75fed993f49829"
TOKENS = {
    "confirm": "NDI.awfueg.1FH9fkaA9DkA9Q_Q2Kvt5Bd0c6ys2E3MdVLBqQ_O4tk",
    "not-me": "NDI.awfueg.LD48W17MoBqsL8PjF54gPbXjM-6oHpsWVKC3KnOnQGo",
    "manage": "NDI.awfueg.6TpD4eddrsC8xi-kEDU_dpJYRfk1EQ7ZfIw62MeT6Ng",
    "leave": "NDI.awfueg.Kx2Hs7lhxCOUFQabi6-xO7WyXtQ7hobpSAFWtJ6rx0c",
    "why": "NDI.awfueg.MCU-7Z1P5gxa7lLaY8cWzjwJTmMH9VKALrAvkH7joGA",
    "receipt": "NDI.awfueg.gHbEOskykZ6eCaOWW3_W0DhdwNACj0HzyeVW65GSUF8",
    "welcome": "NDI.awfueg.oCoFhzBHjHoTvV0eGX7l2FqBLbcgd5juWJgf0KX_Z6s",
    "invited": "NDI.awfueg.a-hbDBR126sEt2QdhvaBR2eidSG4zsm-RVvSGHVbePs",
    "no-more": "NDI.awfueg.bTt73b3e5-ESeHfuVwK9BtIvs0KPxPH2dNMulxkcdQg",
    "form-opened": "NDI.awfueg.5gO2P_CZkrqwRjwv8q-OvCiJ4y2sEzKiTCEdOg11tMQ",
    "waiting-form": "NDI.av2GwA.Mcv1RS58hktVtsai_Ly8ax92E4RzpP5H_KVVFD-sD4s",
    "event": "NDI.av2GwA.HaZENQGq15Aic10vuPFByVBM0zZfm9x_6vNC0ou-yOo",
    "renew": "NDI.awfueg.22yhHsm8QZewEySVFb2JIu5x1jSx9iK848L_DBOKqo8",
    "my-data": "NDI.awfueg.vENkDAG7wLkd6E77cM4dFAgSnyoCehEvScFA-l7IClY",
    "new-address": "NDI.awfueg.1MyB_kAGvpPFU9j_AflZzygfN_n2rAlUrqqdGBNFTdk",
    "not-my-address": "NDI.awfueg.5IqBiS09JfEnQQo_-L065x47cJdvuqMcuCY7D6NL1Rs",
    "undo": "NDI.awfueg.nFMYqmNN8lakB7l6Y7SxU7jsoiCCGlFIBy_iPr-Jwak",
    "new-password": "NDI.awfueg.S3hjT5hB1d5SRxPyuxwnIRACwSmHQgwCWT13Bs9Wwf8",
    "passkey": "NDI.awgYbw.en_Dt5WIBbWsTL0EeGam1RpHqGDWzTqe_sslCB0boSA",
    "training": "NDI.aw3FzA.FX3Wx-Qfl5ujoVm6SeVv2q9Y-W8wePB7TfDEtzguQs0",
    "writer": "NDI.awfueg.ziDZLFDEWRqU8kPpn6B3d29ys91rWBgwenYHCleadWw",
}
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
WORDING = Wording(id=3, version=2, language="fr", text_hash="ab")
PAGE = PageSnapshot(id=4, content_hash="cd")
CONTROLLER = Controller(
    id=9, name="Parti", address="Paris", contact="a@b.fr", data_protection_officer="c@d.fr"
)
RESPONSIBLE = {"controller_id": 9, "basis": LawfulBasis.EXPLICIT_CONSENT}
PLACED = {
    "record_form": 3,
    "holder": b"\3",
    "surface": ActSurface.STALL,
    "origin": "https://www.parti.example",
    "typed_at": datetime(2026, 7, 1, 7, tzinfo=UTC),
    "form_id": 8,
}
FIELDS: dict[int, dict[str, Any]] = {1: {}, 2: RESPONSIBLE, 3: {**RESPONSIBLE, **PLACED}}
RECORDS = {
    1: (
        '{"evidence":"02","id":"7","kind":"confirmed","method":"link",'
        '"occurred_at":"2026-07-01T12:00:00.000000Z","page":{"id":4,"sha256":"cd"},'
        '"page_url":"https://x/","person":"01","purpose":5,"request":"6",'
        '"requested_at":"2026-07-01T12:00:00.000000Z","schema":"supporters.consent/1",'
        '"wording":{"id":3,"language":"fr","sha256":"ab","version":2}}'
    ),
    2: (
        '{"basis":"9(2)(a)","controller":{"address":"Paris","contact":"a@b.fr",'
        '"data_protection_officer":"c@d.fr","id":"9","name":"Parti"},'
        '"event_schema":"supporters.event/2","evidence":"02","id":"7","kind":"confirmed",'
        '"method":"link","occurred_at":"2026-07-01T12:00:00.000000Z",'
        '"page":{"id":4,"sha256":"cd"},"page_url":"https://x/","person":"01","purpose":5,'
        '"request":"6","requested_at":"2026-07-01T12:00:00.000000Z",'
        '"schema":"supporters.consent/1",'
        '"wording":{"id":3,"language":"fr","sha256":"ab","version":2}}'
    ),
    3: (
        '{"basis":"9(2)(a)","controller":{"address":"Paris","contact":"a@b.fr",'
        '"data_protection_officer":"c@d.fr","id":"9","name":"Parti"},'
        '"event_schema":"supporters.event/3","evidence":"02","form":8,"holder":"03","id":"7",'
        '"kind":"confirmed","method":"link","occurred_at":"2026-07-01T12:00:00.000000Z",'
        '"origin":"https://www.parti.example","page":{"id":4,"sha256":"cd"},'
        '"page_url":"https://x/","person":"01","purpose":5,"request":"6",'
        '"requested_at":"2026-07-01T12:00:00.000000Z","schema":"supporters.consent/1",'
        '"surface":"stall","typed_at":"2026-07-01T07:00:00.000000Z",'
        '"wording":{"id":3,"language":"fr","sha256":"ab","version":2}}'
    ),
}
EMAIL = (
    '"email":{"reply":"250","settled_at":"2026-07-01T12:00:00.000000Z","sha256":"03",'
    '"snapshot_sha256":"04","status":"taken"},'
)
HOLDER = "f75fa6ce10b0994d5eb05c33c54885b37053718f7b8c0bd3f7bcca12ca2c600a"


@pytest.mark.parametrize("form", RECORDS)
def test_the_sealed_records_of_each_form_stay_the_same_bytes(form: int) -> None:
    assert record_of(FIELDS[form]) == RECORDS[form]


def test_the_email_of_a_confirmation_stays_a_field_of_its_own() -> None:
    email = {
        "email_status": EmailOutcome.TAKEN,
        "email_settled_at": NOON,
        "email_reply": "250",
        "email_sha256": b"\3",
        "email_snapshot_sha256": b"\4",
    }
    with_email = RECORDS[3].replace('"event_schema"', f'{EMAIL}"event_schema"')
    assert record_of({**FIELDS[3], **email}) == with_email


def record_of(fields: Mapping[str, Any]) -> str:
    """Return the record of a confirmation with these fields."""
    event = ConsentEvent(
        id=7,
        kind=EventKind.CONFIRMED,
        address_mac=b"\1",
        purpose_id=5,
        wording_id=3,
        method=Method.LINK,
        page_url="https://x/",
        page_snapshot_id=4,
        request_id=6,
        requested_at=NOON,
        occurred_at=NOON,
        evidence=b"\2",
        **fields,
    )
    controller = CONTROLLER if fields else None
    return describe_event(event, WORDING, PAGE, controller=controller, key=bytes(32)).text


def test_the_holder_of_an_address_stays_the_same(app: Flask) -> None:
    app.extensions["data_keys"] = {"log": b"key"}
    assert hash_holder("ada@example.org", b"salt").hex() == HOLDER


def test_the_leaf_of_a_row_of_the_ledger_stays_the_same() -> None:
    row = LedgerRow(DeliveryStatus.ACCEPTED, NOON, purpose_id=3, consent_event_id=5)
    assert make_leaf(row_key(b"\1" * 32, campaign_id=7), row.text).hex() == LEDGER_LEAF


def test_encrypted_rows_of_an_earlier_version_are_decrypted() -> None:
    assert Encryptor(KEYS).decrypt(SEALED) == b"kept"


@pytest.mark.parametrize("purpose", TokenPurpose)
def test_links_of_an_earlier_version_are_read(purpose: TokenPurpose) -> None:
    assert TokenSigner(KEYS).read(purpose, TOKENS[purpose.value]) == 42


def test_keyed_hashes_of_an_earlier_version_are_the_same() -> None:
    assert keyed_hash(b"key", "address", "ada@example.org").hex() == HASH

"""The evidence pack has, and prints, all that docs/proofs.md claims of it."""

import html
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask_babel import force_locale

from supporters import clock
from supporters.consent.models import EventKind
from supporters.evidence.evidence_disclosure import disclose_evidence, render_evidence
from supporters.evidence.evidence_pack import gather_evidence
from supporters.people.models import Subscriber
from supporters.web.labels.consent_labels import EVENT_KINDS
from tests.consent.test_receipts import run
from tests.evidence.test_evidence_pack import WITH_PROOF
from tests.factories.consent.every_act import NEW_ADDRESS, PAGE, SUBJECT, make_person_with_every_act
from tests.machinery.prepared_states import made_once

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
DOCUMENT = Path(__file__).parents[2] / "docs" / "proofs.md"
HEADING, NAME = "## What a pack holds\n", re.compile(r"^- \*\*(.+?)\*\*", re.MULTILINE)
Pack = dict[str, Any]


def acts(pack: Pack) -> Iterator[str]:
    assert {each["kind"] for each in pack["events"]} == {*EventKind}
    yield from map(str, EVENT_KINDS.values())


def words(pack: Pack) -> Iterator[str]:
    for each in pack["wordings"]:
        yield from (each["text"], each["sha256"], f"Version {each['version']}")


def pages(pack: Pack) -> Iterator[str]:
    assert PAGE in [each["html"] for each in pack["pages"]]
    assert pack["styles"]
    yield from (each["sha256"] for each in pack["pages"])


def controllers(pack: Pack) -> Iterator[str]:
    assert all(each["controller"] and each["basis"] for each in pack["events"])
    yield from (each["name"] for each in pack["controllers"])
    yield "Legal ground: GDPR article 9(2)(a)"


def links(pack: Pack) -> Iterator[str]:
    confirmed = [each for each in pack["events"] if each["kind"] in {"confirmed", "renewed"}]
    yield from (each["token_sha256"] for each in confirmed)
    yield from (each["page_url"] for each in confirmed)


def confirmation_emails(pack: Pack) -> Iterator[str]:
    letters = [each for each in pack["letters"] if each["kind"] == "confirm_signup"]
    assert [bool(each["settled_at"]) for each in letters] == [True]
    yield letters[0]["last_reply"]
    yield "Confirmation of a sign-up"
    sealed = [json.loads(each["proof"]["record"]) for each in pack["events"]]
    assert any("status" in each.get("email", {}) for each in sealed)


def campaigns(pack: Pack) -> Iterator[str]:
    (mail,) = pack["mails"]
    assert (mail["subject"], mail["became"]) == (SUBJECT, "accepted")
    yield from (SUBJECT, mail["reply"], f"based on consent {mail['consent']}")


def written_to(pack: Pack) -> Iterator[str]:
    assert pack["written_to"]["left_at"]
    yield "Campaigns since they left on"


def suppressions(pack: Pack) -> Iterator[str]:
    assert {each["scope"] for each in pack["suppressions"]} == {"everything", "purpose"}
    yield "Suppressions"


def look_ups(pack: Pack) -> Iterator[str]:
    yield from (each["reason"] for each in pack["disclosures"])


def proofs(pack: Pack) -> Iterator[str]:
    assert all(each["is_intact"] for name in WITH_PROOF for each in pack[name])
    for part in (each for name in ("events", "pages", "disclosures") for each in pack[name]):
        yield from (part["proof"]["key"], part["proof"]["leaf"], *part["proof"]["path"])


def receipts(pack: Pack) -> Iterator[str]:
    given = [each["id"] for each in pack["events"] if each["kind"] in {"confirmed", "renewed"}]
    assert [json.loads(each["record"])["id"] for each in pack["receipts"]] == given
    yield "The JSON form has a signed receipt of each consent"


def log(pack: Pack) -> Iterator[str]:
    yield from (pack["log"]["checkpoint"], pack["log"]["verifier_key"])


CLAIMS: dict[str, Callable[[Pack], Iterator[str]]] = {
    "Each act": acts,
    "The words": words,
    "The page": pages,
    "The controller": controllers,
    "The link": links,
    "The confirmation email": confirmation_emails,
    "Each campaign": campaigns,
    "Was it sent after they left?": written_to,
    "Suppressions": suppressions,
    "Each look": look_ups,
    "A proof of each record": proofs,
    "A receipt of each consent": receipts,
    "The log": log,
}


@made_once
def person() -> Subscriber:
    return make_person_with_every_act()


@pytest.fixture
def pack(person: Subscriber) -> Pack:
    disclose_evidence(person.id, asked_by="dpo@parti.example", reason="Plainte du 3 décembre")
    found: Pack = json.loads(json.dumps(gather_evidence(person, now=clock.now())))
    return found


def test_the_document_claims_what_is_checked_here() -> None:
    section = DOCUMENT.read_text("utf-8").partition(HEADING)[2].partition("\n## ")[0]
    assert NAME.findall(section) == [*CLAIMS]


@pytest.mark.both_databases
def test_a_pack_has_and_prints_each_claim(pack: Pack) -> None:
    printed = " ".join(html.unescape(render_evidence(pack, "en")).split())
    faults = []
    for name, claim in CLAIMS.items():
        with force_locale("en"):
            texts = [" ".join(str(each).split()) for each in claim(pack)]
        assert texts, name
        faults += [(name, each) for each in texts if each not in printed]
    assert not faults
    assert pack["person"]["address"] == NEW_ADDRESS


def test_the_script_finds_each_receipt_of_a_pack_genuine(pack: Pack, tmp_path: Path) -> None:
    key = pack["log"]["verifier_key"]
    assert [run(each, tmp_path, key).returncode for each in pack["receipts"]] == [0] * 4

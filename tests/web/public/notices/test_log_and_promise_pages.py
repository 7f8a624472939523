"""The public consent log without personal data, and the page “What we never do” (REQ-143)."""

import dataclasses
import html
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from supporters import create_app
from supporters.accountability.compliance_checks import ComplianceCheck
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.database import db, transaction
from supporters.transparency_log.checkpoints import read_checkpoint
from supporters.transparency_log.log_records import hash_leaf, signing_key
from supporters.transparency_log.merkle_tree import is_consistent, is_included
from supporters.transparency_log.models import LogEntry
from tests.factories.campaigns import ANNA, launch
from tests.factories.exports import export
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.minutes import early_in_a_minute
from tests.machinery.prepared_states import made_once
from tests.web.public.my_data_state import count_rows

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
FOLD = re.compile(r"<details.*?<pre>(.*?)</pre>", re.DOTALL)


@made_once
def sizes(app: Flask) -> list[int]:
    """Return the sizes of two checkpoints."""
    national = make_list()
    sizes = []
    for name in ("anna", "boris"):
        make_subscriber(f"{name}@example.org", national)
        seal()
        sizes.append(db.session.query(LogEntry).count())
    return sizes


def leaves() -> list[bytes]:
    """Return the hash of every leaf, in the order of the tree."""
    found = db.session.scalars(db.select(LogEntry).order_by(LogEntry.position))
    return [hash_leaf(each.kind, each.record_id, each.commitment) for each in found]


@made_once
def party(app: Flask) -> None:
    """Create a party with a sent campaign and an exported list."""
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    launch(mailing_list)
    export(mailing_list)
    seal()


def test_programs_read_the_tree_by_its_tiles_without_a_limit(
    client: FlaskClient, sizes: list[int]
) -> None:
    size = sizes[-1]
    for _ in range(70):
        answer = client.get(f"/consent-log/tile/0/000.p/{size}")
        assert answer.status_code == 200
    assert answer.data == b"".join(leaves())
    assert answer.content_type == "application/octet-stream"
    assert "immutable" in answer.headers["Cache-Control"]
    earlier = client.get(f"/consent-log/tile/0/000.p/{sizes[0]}")
    assert earlier.data == answer.data[: len(earlier.data)] != answer.data
    for place in (f"0/000.p/{size + 1}", "0/000", "1/000.p/1", "entries/000"):
        assert client.get(f"/consent-log/tile/{place}").status_code == 404


def test_the_checkpoint_is_signed_and_cached_briefly(client: FlaskClient, sizes: list[int]) -> None:
    answer = client.get("/consent-log/checkpoint")
    found = read_checkpoint(answer.text, signing_key().public_key())
    assert found.size == sizes[-1]
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=10"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.both_databases
def test_checkpoints_come_newest_first_with_their_key(
    client: FlaskClient, sizes: list[int]
) -> None:
    answer = client.get("/consent-log/heads.json").json
    assert [head["size"] for head in answer["heads"]] == sizes[::-1]
    assert answer["verifier_key"].startswith("localhost/consent-log+")


@pytest.mark.both_databases
def test_each_leaf_is_proved_to_be_in_the_tree(client: FlaskClient, sizes: list[int]) -> None:
    heads = client.get("/consent-log/heads.json").json["heads"]
    for head in heads:
        for place, leaf in enumerate(leaves()[: head["size"]]):
            query = {"leaf": leaf.hex(), "size": head["size"]}
            proof = client.get("/consent-log/proof.json", query_string=query).json
            path = [bytes.fromhex(step) for step in proof["path"]]
            root = bytes.fromhex(head["root"])
            assert proof["index"] == place
            assert is_included(leaf, place, size=head["size"], root=root, path=path)


def test_a_proof_for_a_size_never_changes_and_one_without_does(
    client: FlaskClient, sizes: list[int]
) -> None:
    page = f"/consent-log/proof.json?leaf={leaves()[0].hex()}"
    assert client.get(page).json["size"] == sizes[-1]
    assert "max-age=10" in client.get(page).headers["Cache-Control"]
    assert "max-age=31536000" in client.get(f"{page}&size=3").headers["Cache-Control"]


def test_a_later_tree_is_proved_to_hold_the_earlier_one(
    client: FlaskClient, sizes: list[int]
) -> None:
    second, first = client.get("/consent-log/heads.json").json["heads"]
    query = {"first": first["size"], "second": second["size"]}
    path = client.get("/consent-log/consistency.json", query_string=query).json["path"]
    roots = (bytes.fromhex(first["root"]), bytes.fromhex(second["root"]))
    steps = [bytes.fromhex(step) for step in path]
    assert is_consistent((first["size"], second["size"]), roots, steps)


def test_invalid_parameters_are_refused(client: FlaskClient, sizes: list[int]) -> None:
    cases = [
        ("proof.json", 400),
        ("proof.json?leaf=xyz", 400),
        (f"proof.json?leaf={'0' * 64}&size=-1", 400),
        (f"proof.json?leaf={'0' * 64}&size={'9' * 40}", 400),
        (f"proof.json?leaf={'0' * 64}", 404),
        (f"proof.json?leaf={'0' * 64}&size=999999", 404),
        ("consistency.json", 400),
        ("consistency.json?first=0&second=1", 400),
        ("consistency.json?first=5&second=2", 400),
        ("consistency.json?first=1&second=999999", 400),
        ("consistency.json?first=²&second=3", 400),
    ]
    for query, status in cases:
        answer = client.get(f"/consent-log/{query}")
        assert (answer.status_code, "error" in answer.json) == (status, True)
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_later_leaf_is_not_in_an_earlier_tree(client: FlaskClient, sizes: list[int]) -> None:
    last = leaves()[-1].hex()
    assert client.get(f"/consent-log/proof.json?leaf={last}&size={sizes[0]}").status_code == 404


@pytest.mark.both_databases
def test_an_empty_log_has_no_checkpoint(client: FlaskClient, app: Flask) -> None:
    assert client.get("/consent-log/checkpoint").status_code == 404
    assert client.get("/consent-log/heads.json").json["heads"] == []
    assert client.get("/fr/consent-log").status_code == 200


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_shows_the_checkpoint_and_its_key_and_is_linked_from_every_page(
    client: FlaskClient, sizes: list[int], language: str
) -> None:
    html = client.get(f"/{language}/consent-log").text
    key = client.get("/consent-log/heads.json").json["verifier_key"]
    assert html.count(key.replace("+", "&#43;")) + html.count(key) >= 2
    assert client.get("/consent-log/checkpoint").text.splitlines()[2] in html
    assert f'href="/{language}/consent-log"' in client.get(f"/{language}/").text


def test_asking_too_often_is_slowed_down(settings: Settings, app: Flask) -> None:
    busy = create_app(dataclasses.replace(settings, signup_rate=5))
    client = busy.test_client()
    with early_in_a_minute():
        statuses = [client.get("/consent-log/heads.json").status_code for _ in range(61)]
    with busy.app_context():
        db.engine.dispose()
    assert (statuses[0], statuses[-1]) == (200, 429)


@pytest.mark.parametrize(
    ("language", "checked", "broken"),
    [("en", "Checked just now", "Check failed"), ("fr", "Vérifié à l’instant", "échoue")],
)
def test_each_line_is_checked_for_each_request(
    party: None, client: FlaskClient, language: str, checked: str, broken: str
) -> None:
    page = client.get(f"/{language}/never").text
    assert page.count(checked) == len(ComplianceCheck)
    assert broken not in page
    assert ANNA not in page


@pytest.mark.both_databases
def test_a_failed_check_is_shown_and_the_others_stay(party: None, client: FlaskClient) -> None:
    with transaction():
        db.session.execute(delete(LogEntry).where(LogEntry.kind == "exported"))
    page = client.get("/en/never").text
    assert page.count("Checked just now") == len(ComplianceCheck) - 1
    assert "The check fails at this moment" in page


def test_a_program_gets_the_figures_of_a_check(party: None, client: FlaskClient) -> None:
    for promise in ComplianceCheck:
        assert f'href="/never/{promise}.json"' in client.get("/en/never").text
        answer = client.get(f"/never/{promise}.json")
        assert answer.json is not None
        assert (answer.json["promise"], answer.json["holds"]) == (promise, True)
        assert answer.json["page"] == f"/en/never#{promise}"
        assert f'id="{promise}"' in client.get(answer.json["page"]).text
        assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_the_figures_of_a_check_are_on_the_page_in_a_fold(party: None, client: FlaskClient) -> None:
    folds = FOLD.findall(client.get("/en/never").text)
    shown = [json.loads(html.unescape(figures)) for figures in folds]
    assert [each["promise"] for each in shown] == [*ComplianceCheck]
    for each in shown:
        answer = client.get(f"/never/{each['promise']}.json").json
        assert answer is not None
        assert each["figures"] == answer["figures"]


def test_looking_changes_nothing(party: None, client: FlaskClient) -> None:
    before = count_rows()
    client.get("/fr/never")
    assert count_rows() == before


def test_a_promise_that_we_do_not_give_is_not_found(client: FlaskClient) -> None:
    assert client.get("/never/anything.json").status_code == 404

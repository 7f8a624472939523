"""Each act of a person has a promise at once, and its receipt later at the same address."""

import dataclasses
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock, create_app
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.consent.receipts import sign_receipt
from supporters.consent.record_models import ErasureReason
from supporters.crypto.tokens import TokenPurpose
from supporters.lists.mailing_lists import change_words
from supporters.lists.models import ListWords, MailingList
from supporters.people.queries import find_subscriber_by_key
from supporters.personal_data.erasure import ErasureOrder, erase_person
from tests.consent.test_receipts import changes, load_verify
from tests.factories.consent.proofs import ONE_CLICK, Proof, ask_for_receipt, check, promises_on
from tests.factories.lists import make_list
from tests.factories.my_data import MY_DATA, open_my_data
from tests.factories.signups import ADDRESS, confirm_token, make_subscriber, request_to_join
from tests.machinery.minutes import early_in_a_minute
from tests.machinery.prepared_states import made_once
from tests.markup import Markup
from tests.web.public.acts_of_people import ACTS, in_my_data, leave_by, link, press_in_my_data
from tests.web.public.pages import press

pytestmark = pytest.mark.both_databases
NAMES = {"fr": "La Lettre", "en": "The Letter"}
PARTYS_WORD = {"name", "how_to_withdraw"}  # with the kind of a purpose, who made an erasure


@made_once
def lists(app: Flask) -> list[MailingList]:
    """Return two lists of a person, and one that they are not on."""
    lists = [make_list(), make_list("lyon", "Lyon"), make_list("paris", "Paris")]
    make_subscriber(ADDRESS, *lists[:2], given_name="Camille")
    make_subscriber("ada@example.org", lists[0])
    seal()
    return lists


OF_EACH_KIND = ("leave", "undo", "object", "restrict", "lift", "move", "join in my data", "erase")


@pytest.mark.parametrize("name", ACTS)
def test_each_act_has_a_promise_that_its_receipt_keeps(
    client: FlaskClient, lists: list[MailingList], tmp_path: Path, name: str
) -> None:
    do, kinds = ACTS[name]
    promises = promises_on(client, do(client))
    assert [each["act"]["kind"] for each in promises] == kinds
    for promise in promises:
        key, early = promise["verifier_key"], ask_for_receipt(client, promise)
        said = check(tmp_path, promise, key)
        assert (said.returncode, "must have it by" in said.stdout) == (0, True), said.stderr
        assert (early.status_code, early.get_json()["state"]) == (202, "waiting")
        assert early.get_json()["sealed_by"] in promise["in_the_tree_by"].replace("Z", "+00:00")
    seal()
    for promise in promises:
        receipt = ask_for_receipt(client, promise)
        assert receipt.status_code == 200, receipt.text
        kept = check(tmp_path, promise, promise["verifier_key"], later=receipt.get_json())
        assert (kept.returncode, "The promise was kept" in kept.stdout) == (0, True), kept.stderr
        page = str(promise["proof_url"]).removesuffix("/receipt.json")
        assert "receipt.json" in client.get(page.removeprefix("http://localhost")).text


@pytest.mark.parametrize("name", OF_EACH_KIND)
def test_every_change_of_a_promise_and_of_its_receipt_is_refused(
    client: FlaskClient, lists: list[MailingList], name: str
) -> None:
    promise = promises_on(client, ACTS[name][0](client))[0]
    seal()
    receipt = ask_for_receipt(client, promise).get_json()
    key = promise["verifier_key"]
    for function, proof in (("verify_promise", promise), ("verify", receipt)):
        is_genuine, tampered = load_verify(function), [*changes(proof)]
        accepted = [each for each in tampered if _accepts(is_genuine, each, key)]
        assert is_genuine(proof, key)
        assert (len(tampered) >= 30, accepted) == (True, [])


@pytest.mark.parametrize("name", OF_EACH_KIND)
def test_what_a_keeper_alters_and_signs_again_is_refused_or_said_to_be_their_word(
    client: FlaskClient, lists: list[MailingList], name: str
) -> None:
    promise = promises_on(client, ACTS[name][0](client))[0]
    seal()
    receipt = ask_for_receipt(client, promise).get_json()
    content = {name: value for name, value in receipt.items() if name != "signature"}
    verify, ours = load_verify("verify"), _without_partys_word(content)
    signed = [sign_receipt(each) for each in changes(content)]
    accepted = [each for each in signed if _accepts(verify, each, receipt["verifier_key"])]
    assert [each for each in accepted if _without_partys_word(each) != ours] == []


def _accepts(is_genuine: Callable[[Proof, str], object], proof: Proof, key: str) -> bool:
    try:
        return bool(is_genuine(proof, key))
    except Exception:  # the script reports these as not genuine
        return False


def _without_partys_word(content: object) -> object:
    match content:
        case dict():
            is_erasure = content.get("act", {}).get("kind") == "erased"
            left_out = {*PARTYS_WORD, "signature", *(["controller"] if is_erasure else ())}
            left_out |= {"kind"} if content.keys() <= {"id", "kind", "name"} else set()
            kept = {name: each for name, each in content.items() if name not in left_out}
            return {name: _without_partys_word(each) for name, each in kept.items()}
        case list():
            return [_without_partys_word(each) for each in content]
    return content


def test_one_click_answers_with_the_promise(
    client: FlaskClient, lists: list[MailingList], tmp_path: Path
) -> None:
    page = f"/leave/{link(TokenPurpose.UNSUBSCRIBE)}"
    promise = client.post(page, data=ONE_CLICK).get_json()
    assert promise["act"]["purposes"][0]["name"] == "La Lettre nationale"
    assert promise["act"]["kind"] == "withdrawn"
    assert ADDRESS not in json.dumps(promise)
    seal()
    receipt = ask_for_receipt(client, promise).get_json()
    said = check(tmp_path, promise, promise["verifier_key"], later=receipt)
    assert (said.returncode, said.stderr) == (0, "")


@pytest.mark.parametrize(("language", "name"), [*NAMES.items()])
def test_the_answer_to_one_click_is_in_the_readers_language_and_is_the_file_at_its_address(
    client: FlaskClient, lists: list[MailingList], language: str, name: str
) -> None:
    french, english = (ListWords(NAMES[each], "", each) for each in ("fr", "en"))
    change_words(lists[0].id, french, [english])
    page = f"/leave/{link(TokenPurpose.UNSUBSCRIBE)}"
    headers = {"Accept-Language": language}
    promise = client.post(page, data=ONE_CLICK, headers=headers).get_json()
    address = promise["proof_url"].removeprefix("http://localhost")
    assert promise["act"]["purposes"][0]["name"] == name
    assert address.startswith(f"/{language}/receipt/")
    file = client.get(address.replace("receipt.json", "promise.json"))
    assert file.get_json() == promise


def test_a_second_press_and_an_unknown_person_are_told_that_there_was_nothing_to_end(
    client: FlaskClient, lists: list[MailingList], tmp_path: Path
) -> None:
    page = f"/leave/{link(TokenPurpose.UNSUBSCRIBE)}"
    client.post(page, data=ONE_CLICK)
    stranger = f"/leave/{link(TokenPurpose.UNSUBSCRIBE, 404)}"
    again, unknown = (client.post(each, data=ONE_CLICK).get_json() for each in (page, stranger))
    assert again.keys() == unknown.keys()
    for nothing in (again, unknown):
        said = check(tmp_path, nothing, nothing["verifier_key"])
        assert (said.returncode, "there was nothing to end" in said.stdout) == (0, True)
        assert ask_for_receipt(client, nothing).status_code == 404
    words = [
        Markup(client.post(each, data={"leave": "all"}).text).words for each in (page, stranger)
    ]
    assert [each.count("Garder la preuve") for each in words] == [1, 1]


def test_confirming_leads_to_the_promise_and_to_the_receipt(
    client: FlaskClient, app: Flask, tmp_path: Path
) -> None:
    token = confirm_token(request_to_join(ADDRESS, make_list()))
    (page,) = {
        each
        for each in Markup(press(client, f"/fr/confirm/{token}").text).links
        if "/receipt/" in each
    } or {
        each
        for each in Markup(client.get(f"/fr/confirm/{token}").text).links
        if "/receipt/" in each
    }
    (promise,) = promises_on(client, client.get(page))
    seal()
    receipt = ask_for_receipt(client, promise).get_json()
    said = check(tmp_path, promise, promise["verifier_key"], later=receipt)
    assert (said.returncode, said.stderr, promise["act"]["kind"]) == (0, "", "confirmed")


def test_a_proof_works_a_year_later_after_erasures_and_a_change_of_the_keys(
    client: FlaskClient, lists: list[MailingList], settings: Settings, tmp_path: Path
) -> None:
    (promise,) = promises_on(client, leave_by(leave="this")(client))
    seal()
    open_my_data(other := client.application.test_client(), "ada@example.org")
    press(other, f"{MY_DATA}/erase", is_sure="y")
    seal()
    keys = ("a newer secret key of the installation.", *settings.secret_keys)
    rotated = create_app(dataclasses.replace(settings, secret_keys=keys))
    with time_machine.travel(clock.now() + timedelta(days=366)):
        receipt = ask_for_receipt(rotated.test_client(), promise)
    assert receipt.status_code == 200
    said = check(tmp_path, promise, promise["verifier_key"], later=receipt.get_json())
    assert (said.returncode, said.stderr) == (0, "")


def test_after_an_erasure_its_person_keeps_its_proof_and_earlier_acts_keep_their_leaves(
    client: FlaskClient, lists: list[MailingList], tmp_path: Path
) -> None:
    (left,) = promises_on(client, leave_by(leave="this")(client))
    seal()
    (erased,) = promises_on(client, press_in_my_data("erase", is_sure="y")(client))
    seal()
    key = erased["verifier_key"]
    for promise, words in ((erased, "kept"), (left, "kept")):
        receipt = ask_for_receipt(client, promise).get_json()
        said = check(tmp_path, promise, key, later=receipt)
        assert (said.returncode, words in said.stdout) == (0, True), said.stderr
    remains = ask_for_receipt(client, left).get_json()
    assert ("record" in remains, "key" in remains) == (False, False)
    assert "deleted with its person: nobody can open it" in check(tmp_path, remains, key).stdout
    assert f"It is of {ADDRESS}." in check(tmp_path, erased, key, "--address", ADDRESS).stdout
    other = check(tmp_path, erased, key, "--address", "ada@example.org")
    assert (other.returncode, "isn't of ada@example.org" in other.stderr) == (1, True)


def test_a_receipt_of_another_act_does_not_keep_a_promise(
    client: FlaskClient, lists: list[MailingList], tmp_path: Path
) -> None:
    first, second = promises_on(client, leave_by(leave="all")(client))
    seal()
    receipt = ask_for_receipt(client, second).get_json()
    said = check(tmp_path, first, first["verifier_key"], later=receipt)
    assert (said.returncode, "BROKEN PROMISE" in said.stderr) == (1, True)


def test_my_data_has_a_proof_of_each_act_and_a_forged_link_none(
    client: FlaskClient, lists: list[MailingList]
) -> None:
    leave_by(leave="this")(client)
    open_my_data(client, ADDRESS)
    page = client.get(f"{MY_DATA}/everything").text
    proofs = {each for each in Markup(page).links if "/receipt/" in each}
    assert len(proofs) == 3
    assert {client.get(each).status_code for each in proofs} == {200}
    forged = min(proofs)[:-4] + "AAAA"
    assert client.get(f"{forged}/promise.json").status_code == 404


def test_my_data_offers_the_proof_beside_the_words_that_it_is_done(
    client: FlaskClient, lists: list[MailingList]
) -> None:
    answer = in_my_data("leave", leave="list:1")(client)
    page = client.get(answer.location).text
    assert page.index("message-good") < page.index("promise.json") < page.index("<h2")


def test_an_erasure_by_a_machine_whose_clock_is_behind_breaks_no_promise(
    client: FlaskClient, lists: list[MailingList]
) -> None:
    (left,) = promises_on(client, leave_by(leave="this")(client))
    seal()
    person = find_subscriber_by_key(ADDRESS)
    assert person is not None
    earlier = clock.now() - timedelta(minutes=1)
    erase_person(person.id, ErasureOrder(reason=ErasureReason.ASKED, now=earlier))
    assert ask_for_receipt(client, left).status_code == 200


def test_who_asks_for_proofs_too_often_waits_a_minute(
    client: FlaskClient, settings: Settings, lists: list[MailingList]
) -> None:
    (left,) = promises_on(client, leave_by(leave="this")(client))
    limited = create_app(dataclasses.replace(settings, signup_rate=5)).test_client()
    with early_in_a_minute():
        asked = [ask_for_receipt(limited, left) for _ in range(61)]
    assert {each.status_code for each in asked[:60]} == {202}
    assert (asked[60].status_code, "Retry-After" in asked[60].headers) == (429, True)
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        assert ask_for_receipt(limited, left).status_code == 202

"""A wording changes in its words or its meaning, and has no address that becomes a link."""

import pytest
from flask import Flask
from sqlalchemy import select

from supporters.consent.models import OptionalPurpose, Purpose, PurposeKind, Wording
from supporters.consent.queries import find_current_wording, list_wordings
from supporters.consent.rules import WordingChange, WordingFault, has_web_address
from supporters.database import db, transaction
from supporters.delivery.audience import count_audience
from supporters.lists.models import Subscription
from supporters.lists.purpose_changes import (
    ChangeWordingError,
    change_wording,
    create_optional_purpose,
    current_texts,
    show_purpose_on_pages,
)
from supporters.lists.queries import list_purpose_ids
from supporters.transparency_log.models import LogEntry
from tests.factories.approvals import launch_ready
from tests.factories.consent.reconfirmation import change_meaning
from tests.factories.drafts import make_campaign
from tests.factories.lists import SENTENCES, make_list
from tests.factories.signups import make_subscriber

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def versions(purpose_id: int) -> list[tuple[str, int, str]]:
    """Return every wording of a purpose."""
    return [(each.language, each.version, each.text) for each in list_wordings(purpose_id)]


def test_better_words_add_a_version_and_the_first_stays() -> None:
    mailing_list = make_list()
    before = versions(mailing_list.purpose_id)
    changed = change_wording(mailing_list.purpose_id, SENTENCES, WordingChange.SAME_MEANING)
    assert isinstance(changed, Purpose)
    assert changed.id == mailing_list.purpose_id
    added = {(code, 2, text) for code, text in SENTENCES.items()}
    assert set(versions(mailing_list.purpose_id)) == {*before, *added}


def test_better_words_keep_everybody_in_the_audience() -> None:
    mailing_list = make_list()
    make_subscriber("a@example.org", mailing_list)
    change_wording(mailing_list.purpose_id, SENTENCES, WordingChange.SAME_MEANING)
    assert count_audience(make_campaign(mailing_list)) == 1


def test_another_meaning_adds_a_purpose_that_new_people_agree_to() -> None:
    mailing_list = make_list()
    old_id = mailing_list.purpose_id
    old = versions(old_id)
    new = change_meaning(mailing_list)
    person = make_subscriber("new@example.org", mailing_list)
    subscription = db.session.get_one(Subscription, (person.id, mailing_list.id))
    assert (new.succeeds_id, mailing_list.purpose_id) == (old_id, new.id)
    assert [*list_purpose_ids(mailing_list.id)] == [old_id, new.id]
    assert subscription.purpose_id == new.id
    assert versions(old_id) == old


def test_campaigns_reach_only_people_who_agreed_to_their_purpose() -> None:
    mailing_list = make_list()
    make_subscriber("old@example.org", mailing_list)
    draft = make_campaign(mailing_list)
    change_meaning(mailing_list)
    make_subscriber("new1@example.org", mailing_list)
    make_subscriber("new2@example.org", mailing_list)
    today = make_campaign(mailing_list)
    assert (count_audience(draft), count_audience(today)) == (1, 2)
    launched = launch_ready(draft.id)
    assert launched.audience == 1  # type: ignore[union-attr]


def test_a_wording_that_was_changed_meanwhile_is_rejected() -> None:
    mailing_list = make_list()
    old_id = mailing_list.purpose_id
    change_meaning(mailing_list)
    texts = {
        code: text.replace("jour", "mois").replace("day", "month")
        for code, text in SENTENCES.items()
    }
    assert change_wording(old_id, texts, WordingChange.MATERIAL) is ChangeWordingError.SUCCEEDED
    assert change_wording(404, texts, WordingChange.MATERIAL) is ChangeWordingError.UNKNOWN
    assert current_texts(mailing_list.purpose_id) == SENTENCES


@pytest.mark.parametrize("change", WordingChange)
def test_the_same_wording_adds_nothing(change: WordingChange) -> None:
    mailing_list = make_list()
    texts = current_texts(mailing_list.purpose_id)
    before = versions(mailing_list.purpose_id)
    assert change_wording(mailing_list.purpose_id, texts, change) is ChangeWordingError.SAME_TEXT
    assert versions(mailing_list.purpose_id) == before


def test_an_incomplete_wording_is_rejected() -> None:
    mailing_list = make_list()
    faults = change_wording(
        mailing_list.purpose_id, {**SENTENCES, "fr": "Oui."}, WordingChange.SAME_MEANING
    )
    assert isinstance(faults, dict)
    assert WordingFault.NO_PARTY in faults["fr"]
    assert len(versions(mailing_list.purpose_id)) == 2


def test_each_change_is_sealed_in_the_log() -> None:
    mailing_list = make_list()
    new = change_meaning(mailing_list)
    ids = [wording.id for wording in list_wordings(new.id)]
    assert db.session.get(LogEntry, ("purpose", new.id)) is not None
    assert all(db.session.get(LogEntry, ("wording", each)) is not None for each in ids)


@pytest.mark.both_databases
def test_the_box_of_an_optional_purpose_moves_to_its_successor() -> None:
    purpose = create_optional_purpose(PurposeKind.TARGETING, SENTENCES)
    assert isinstance(purpose, Purpose)
    show_purpose_on_pages(purpose.id)
    texts = {
        code: text.replace("jour", "mois").replace("day", "month")
        for code, text in SENTENCES.items()
    }
    changed = change_wording(purpose.id, texts, WordingChange.MATERIAL)
    assert isinstance(changed, Purpose)
    db.session.expire_all()
    assert [*db.session.scalars(db.select(OptionalPurpose.purpose_id))] == [changed.id]


@pytest.mark.both_databases
def test_a_person_keeps_the_wording_that_they_agreed_to(app: Flask) -> None:
    mailing_list = make_list()
    person = make_subscriber("a@example.org", mailing_list)
    first = find_current_wording(mailing_list.purpose_id, "fr")
    change_meaning(mailing_list)
    event = db.session.get_one(Subscription, (person.id, mailing_list.id)).consent_event_id
    held = db.session.scalar(db.text(f"SELECT wording_id FROM consent_event WHERE id = {event}"))
    assert first is not None
    assert held == first.id


def test_a_web_address_in_a_new_text_is_a_fault() -> None:
    cases = [
        *("https://evil.example/vote", "www.evil.example", "evil.example/x", "evil.example"),
        *("EVIL.Example", "a@evil.example", "t.me/x", "192.0.2.7", "http://[::1]", "été.example"),
        *("evil\u200b.example", "evil\uff0eexample", "evil。example", "www.x.y", "ftp://x"),
    ]
    mailing_list = make_list()
    for address in cases:
        texts = {**SENTENCES, "fr": SENTENCES["fr"].replace("campagne", f"campagne {address} ,")}
        changed = change_wording(mailing_list.purpose_id, texts, WordingChange.SAME_MEANING)
        assert changed == {"fr": [WordingFault.WEB_ADDRESS]}


def test_ordinary_words_are_no_web_address() -> None:
    cases = [
        *("J’accepte, p.ex. chaque jour.", "z.B. täglich, d.h. oft.", "El Partido e.V. (p.ej.)"),
        *("Oui. Non.", "10.5 %", "le 1.10.2026", "S.p.A. o S.r.l.", "J’accepte… tout.", "l’U.E."),
    ]
    faults = [words for words in cases if has_web_address(words, "Parti de l’Exemple")]
    assert not faults


def test_a_party_named_like_a_site_may_name_itself() -> None:
    assert not has_web_address("J’accepte que Parti.example m’écrive.", "Parti.example")


@pytest.mark.both_databases
def test_a_text_of_before_with_an_address_may_stay() -> None:
    mailing_list = make_list()
    with transaction():
        for each in db.session.scalars(select(Wording).where(Wording.language == "fr")):
            each.text = f"{each.text} www.parti.example."
    kept = {**SENTENCES, "fr": current_texts(mailing_list.purpose_id)["fr"]}
    assert isinstance(
        change_wording(mailing_list.purpose_id, kept, WordingChange.SAME_MEANING), Purpose
    )

"""No address of a site or a mailbox in a new consent text: mail programs make links of them."""

import pytest
from sqlalchemy import select

from supporters.consent.models import Purpose, Wording
from supporters.consent.rules import WordingChange, WordingFault, has_web_address
from supporters.database import db, transaction
from supporters.lists.wording_changes import change_wording, current_texts
from tests.factories.lists import SENTENCES, make_list

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


@pytest.mark.parametrize(
    "address",
    [
        *("https://evil.example/vote", "www.evil.example", "evil.example/x", "evil.example"),
        *("EVIL.Example", "a@evil.example", "t.me/x", "192.0.2.7", "http://[::1]", "été.example"),
        *("evil\u200b.example", "evil\uff0eexample", "evil。example", "www.x.y", "ftp://x"),
    ],
)
def test_a_web_address_in_a_new_text_is_a_fault(address: str) -> None:
    mailing_list = make_list()
    texts = {**SENTENCES, "fr": SENTENCES["fr"].replace("campagne", f"campagne {address} ,")}
    changed = change_wording(mailing_list.purpose_id, texts, WordingChange.SAME_MEANING)
    assert changed == {"fr": [WordingFault.WEB_ADDRESS]}


@pytest.mark.parametrize(
    "words",
    [
        *("J’accepte, p.ex. chaque jour.", "z.B. täglich, d.h. oft.", "El Partido e.V. (p.ej.)"),
        *("Oui. Non.", "10.5 %", "le 1.10.2026", "S.p.A. o S.r.l.", "J’accepte… tout.", "l’U.E."),
    ],
)
def test_ordinary_words_are_no_web_address(words: str) -> None:
    assert not has_web_address(words, "Parti de l’Exemple")


def test_a_party_named_like_a_site_may_name_itself() -> None:
    assert not has_web_address("J’accepte que Parti.example m’écrive.", "Parti.example")


def test_a_text_of_before_with_an_address_may_stay() -> None:
    mailing_list = make_list()
    with transaction():
        for each in db.session.scalars(select(Wording).where(Wording.language == "fr")):
            each.text = f"{each.text} www.parti.example."
    kept = {**SENTENCES, "fr": current_texts(mailing_list.purpose_id)["fr"]}
    assert isinstance(
        change_wording(mailing_list.purpose_id, kept, WordingChange.SAME_MEANING), Purpose
    )

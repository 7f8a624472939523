"""Doubts stand at their blocks, for the writer to look at again, and prevent nothing."""

import pytest
from flask import Flask

from supporters.campaigns.content_checks import find_campaign_faults
from supporters.campaigns.content_doubts import AnyDoubt, DoubtKind, find_doubts, shouts
from supporters.campaigns.document.stored_document import read_stored
from supporters.campaigns.links.link_checks import LinkDoubt
from supporters.campaigns.models import Campaign
from supporters.delivery.message.message_weight import GMAIL_CUTS_AT, NEARLY, list_doubts, weigh
from supporters.lists.models import MailingList
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.machinery.prepared_states import begins_with


def make_list_of(_app: Flask) -> int:
    return make_list().id


pytestmark = begins_with(make_list_of)


def draft(list_id: int, body: str = "Bonjour.", subject: str = "Samedi") -> Campaign:
    mailing_list = MailingList(id=list_id)
    return make_campaign(mailing_list, subject, body)


def kinds(campaign: Campaign) -> list[AnyDoubt]:
    return [each.kind for each in find_doubts(campaign)]


@pytest.mark.parametrize(
    ("text", "is_shouted"),
    [
        ("VENEZ TOUS SAMEDI", True),
        ("URGENT : VOTEZ dimanche", False),
        ("La CGT et l’UE", False),
        ("COP30 : CGT, FO, CFDT", False),
        ("ANTICONSTITUTIONNELLEMENT", False),
        ("ÉCOUTEZ ÇA, C’EST ÉVIDENT", True),
        ("", False),
    ],
)
def test_capitals_are_a_doubt_and_abbreviations_are_not(text: str, is_shouted: bool) -> None:
    assert shouts(text) is is_shouted


def test_doubts_stand_at_their_blocks_and_are_no_faults(app: Flask, prepared: int) -> None:
    body = (
        "VENEZ TOUS SAMEDI\n\nFormidable ! !\n\nUn <b>gras</b>\n\nDes \\*\\*marques\\*\\*\n\n"
        "[En savoir plus](https://example.org/a)\n\n[Notre site](http://example.org)\n\n"
        "[Le film](https://bit.ly/x)\n\nRien à redire ?"
    )
    campaign = draft(prepared, body, subject="Oui !!!")
    assert find_campaign_faults(campaign) == []
    found = [*find_doubts(campaign)]
    blocks = [None, *(block.attrs.id for block in read_stored(campaign.document or "").content)]
    assert [(each.kind, blocks.index(each.block_id)) for each in found] == [
        (DoubtKind.EXCLAIMS, 0),
        (DoubtKind.SHOUTS, 1),
        (DoubtKind.EXCLAIMS, 2),
        (DoubtKind.TAG_AS_TEXT, 3),
        (DoubtKind.MARKUP_AS_TEXT, 4),
        (DoubtKind.LINK_TEXT_WEAK, 5),
        (LinkDoubt.NOT_SECURE, 6),
        (LinkDoubt.SHORTENED, 7),
    ]
    assert found[0].where == "subject"


def test_an_address_with_a_typing_error_is_a_doubt(app: Flask, prepared: int) -> None:
    broken = ("htp:/p.fr", "http//p.fr", "https;//p.fr", "ttps://p.fr", "ww.p.fr", "www,p.fr")
    sound = "https://p.fr, www.p.fr, http/2, TP/TD, wwww et ww, a//b"
    for address in broken:
        assert kinds(draft(prepared, f"Voir {address} demain")) == [DoubtKind.BROKEN_ADDRESS]
    assert kinds(draft(prepared, sound)) == []
    link = "[Notre programme](https://htp:/p.fr)"
    assert kinds(draft(prepared, link)) == [DoubtKind.BROKEN_ADDRESS]


def test_a_text_in_another_language_than_its_message_is_a_doubt(app: Flask, prepared: int) -> None:
    english = "We will meet you at the market on Saturday, with all of our friends and their dogs. "
    assert kinds(draft(prepared, english * 2)) == [DoubtKind.OTHER_LANGUAGE]


def test_a_message_that_gmail_cuts_off_is_a_doubt_and_so_is_one_that_nearly_is(
    app: Flask, prepared: int
) -> None:
    frame = weigh(draft(prepared, "a"))
    words = "Encore des mots. "
    found = {}
    for wanted in (NEARLY - 2_000, NEARLY + 2_000, GMAIL_CUTS_AT + 2_000):
        campaign = draft(prepared, words * ((wanted - frame) // len(words)))
        weight = weigh(campaign)
        assert abs(weight - wanted) < 1_000
        found[wanted] = [each.kind for each in list_doubts(campaign)]
    assert [*found.values()] == [[], [DoubtKind.NEARLY_TOO_HEAVY], [DoubtKind.TOO_HEAVY]]


@pytest.mark.parametrize(("columns", "expected"), [(5, []), (6, [DoubtKind.WIDE_TABLE])])
def test_a_table_that_a_phone_has_no_room_for_is_a_doubt(
    app: Flask, prepared: int, columns: int, expected: list[DoubtKind]
) -> None:
    row = "| Un " * columns + "|\n"
    assert kinds(draft(prepared, f"{row}{'| --- ' * columns}|\n{row}")) == expected


def test_a_message_that_is_too_long_is_shortened_at_its_longest_block(
    app: Flask, prepared: int
) -> None:
    campaign = draft(prepared, f"Bonjour.\n\n{'Encore des mots. ' * 7_000}\n\nÀ demain.")
    [doubt] = list_doubts(campaign)
    blocks = [block.attrs.id for block in read_stored(campaign.document or "").content]
    assert (doubt.kind, doubt.block_id) == (DoubtKind.TOO_HEAVY, blocks[1])

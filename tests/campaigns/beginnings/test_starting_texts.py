"""Ready templates are whole messages with gaps, which can't be sent before they are filled in."""

from itertools import product

import pytest
from flask import Flask

from supporters.campaigns.beginnings.starting_texts import (
    ReadyTemplate,
    StartingText,
    parse_ready,
    read_ready,
    start_from_campaign,
)
from supporters.campaigns.content_checks import find_campaign_faults
from supporters.campaigns.document.stored_document import content_of, read_stored
from supporters.campaigns.drafts import CampaignDraft, create_campaign
from supporters.campaigns.merge_fields import FaultKind
from supporters.campaigns.pictures.stored_pictures import DeletePictureError, delete_picture
from supporters.languages import TEAM_LANGUAGES
from tests.factories.campaigns import reload
from tests.factories.drafts import destroy, make_campaign
from tests.factories.lists import make_list
from tests.factories.pictures import make_picture
from tests.factories.team_texts import document_of, fill_in, filled_document

EVERY_ONE = [*product(ReadyTemplate, TEAM_LANGUAGES)]
TO_FINISH = {FaultKind.GAP_LEFT, FaultKind.BUTTON_WITHOUT_TARGET, FaultKind.EVENT_WITHOUT_TIME}


def kinds(start: StartingText) -> set[FaultKind]:
    return {fault.kind for fault in find_campaign_faults(start.as_campaign())}


@pytest.mark.parametrize(
    "text",
    [
        "Preheader: b\nSubject: a\n\nText.\n",
        "Subject: a\nText.\n\nMore.\n",
        "Subject: a\nPreheader: b\nText.\n",
        "Subject: \nPreheader: b\n\nText.\n",
        "",
    ],
)
def test_a_malformed_template_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no ready template"):
        parse_ready(text, "en")


def test_each_template_has_only_gaps_to_fill_in(app: Flask) -> None:
    for template, language in EVERY_ONE:
        start = read_ready(template, language)
        assert {FaultKind.GAP_LEFT} <= kinds(start) <= TO_FINISH, start
        filled = StartingText(
            language=language,
            subject=fill_in(start.subject),
            preheader=fill_in(start.preheader),
            body="",
            document=filled_document(template, language),
        )
        assert kinds(filled) == set(), filled


def test_both_languages_have_the_same_blocks() -> None:
    for template in ReadyTemplate:
        french, english = (read_ready(template, each).document for each in ("fr", "en"))
        assert french is not None
        assert english is not None
        types = [[block.type for block in each.content] for each in (french, english)]
        assert types[0] == types[1], template


def test_french_templates_have_narrow_spaces_before_their_marks() -> None:
    for template in ReadyTemplate:
        start = read_ready(template, "fr")
        words = f"{start.subject} {start.preheader} {fill_in(start.body)}"
        assert not any(f" {mark}" in words.replace(" :::", "") for mark in ";!?»"), template
        assert " : " not in words, template


def test_a_gap_is_what_stands_in_double_brackets(app: Flask) -> None:
    cases = [
        ("Venez à [[commune]], le [[jour]].", ["[[commune]]", "[[jour]]"]),
        ("**Le [[jour** de la fête]].", ["[[jour de la fête]]"]),
        ("Une citation [sic], une autre [[…", []),
        ("[[Je viens]](https://parti.example)", []),
    ]
    for text, gaps in cases:
        start = StartingText(
            language="fr", subject="Samedi", preheader="", body=text, document=document_of(text)
        )
        faults = find_campaign_faults(start.as_campaign())
        assert [each.words for each in faults if each.kind is FaultKind.GAP_LEFT] == gaps


@pytest.mark.usefixtures("app")
def test_a_copy_shares_the_pictures_and_no_id() -> None:
    picture = make_picture()
    mailing_list = make_list()
    body = f"Bonjour.\n\n![La salle](image:{picture.reference})"
    campaign = make_campaign(mailing_list, body=body)
    start = start_from_campaign(campaign)
    former, copied = read_stored(campaign.document or ""), start.document
    assert copied is not None
    ids = [{block.attrs.id for block in each.content} for each in (former, copied)]
    assert None not in ids[0] | ids[1]
    assert not ids[0] & ids[1]
    assert [*map(content_of, former.content)] == [*map(content_of, copied.content)]
    draft = make_draft_of(start, mailing_list.id)
    destroy(campaign.id)
    assert delete_picture(picture.id) is DeletePictureError.USED
    assert reload(draft).body.strip() == body


def make_draft_of(start: StartingText, list_id: int) -> int:
    """Return the id of a draft with this text."""
    draft = CampaignDraft(
        mailing_list_id=list_id,
        language=start.language,
        subject=start.subject,
        document=start.document,
    )
    return create_campaign(draft, author_id=None).id

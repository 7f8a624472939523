"""A picture of the library in the text of a campaign, and in its emails."""

import re

import pytest
from flask import Flask

from supporters.campaigns.content_checks import find_faults
from supporters.campaigns.merge_fields import FaultKind
from supporters.campaigns.models import Campaign
from supporters.campaigns.pictures.email_pictures import as_markdown, find_pictures
from supporters.campaigns.pictures.stored_pictures import describe_picture
from supporters.delivery.message.frozen_versions import read_campaign
from supporters.delivery.message.previews import preview_campaign
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.pictures import make_described_picture, make_picture, plain_file

pytestmark = pytest.mark.usefixtures("app")

UNKNOWN = "img_0123456789abcdefghijkl"


def faults_of(body: str) -> list[tuple[FaultKind, str]]:
    return [(fault.kind, fault.words) for fault in find_faults("Sujet", body)]


def campaign_of(body: str) -> Campaign:
    """Return a draft with a text."""
    return make_campaign(make_list(), body=body)


def test_an_email_shows_a_picture_from_our_own_address_with_its_size() -> None:
    picture = make_picture(plain_file(size=(1072, 804)))
    html = preview_campaign(
        campaign_of(f"Bonjour.\n\n![La *salle*](image:{picture.reference})")
    ).html
    (tag,) = re.findall(r"<img[^>]*>", html)
    assert f'src="http://localhost/i/{picture.name}.jpg"' in tag
    assert 'alt="La salle"' in tag
    assert 'width="536" height="402"' in tag
    assert "width:100%;max-width:536px" in tag.replace(" ", "")


def test_a_small_picture_keeps_its_size() -> None:
    (found,) = find_pictures([make_picture(plain_file(size=(40, 30))).reference]).values()
    assert (found.width, found.height) == (40, 30)


def test_the_text_of_an_email_has_the_description_and_nothing_for_a_decoration() -> None:
    picture = make_picture()
    shown = f"(image:{picture.reference})"
    body = f"Avant\n\n![La salle]{shown}\n\n![]{shown}{{decorative}}\n\nAprès"
    text = preview_campaign(campaign_of(body)).text
    assert "[La salle]" in text
    assert "[]" not in text
    assert "image:" not in text


def test_a_description_is_only_text_whatever_it_contains() -> None:
    picture, mailing_list = make_picture(), make_list()
    for quote in ('"', "'", "<", "&", "“", "]"):
        described = describe_picture(picture.id, f"a{quote} onerror=x", is_decoration=False)
        assert described is not None
        shown = make_campaign(mailing_list, body=f"Bonjour. {as_markdown(described)}")
        html = preview_campaign(shown).html
        (tag,) = re.findall(r"<img[^>]*>", html.replace("&gt;", ""))
        assert re.sub(r'"[^"]*"', "", tag) == "<img src= alt= width= height= style=>"


def test_a_description_is_the_same_for_each_reader() -> None:
    body = f"Bonjour. ![Pour {{{{ given_name | vous }}}}](image:{make_picture().reference})"
    html = preview_campaign(campaign_of(body), "Anna").html
    assert 'alt="Pour {{ given_name | vous }}"' in html


def test_a_picture_of_the_library_is_no_fault() -> None:
    assert faults_of(f"Bonjour. {as_markdown(make_described_picture())}") == []


def test_a_picture_that_does_not_exist_is_a_fault() -> None:
    others = ("img_1", f"{UNKNOWN}x", "IMG_0123456789abcdefghijkl", "../../etc/passwd")
    for each in (UNKNOWN, *others):
        fault = (FaultKind.PICTURE_UNKNOWN, each)
        assert faults_of(f"Bonjour. ![La salle](image:{each})") == [fault]


def test_a_picture_of_another_site_stays_a_fault() -> None:
    elsewhere = "https://elsewhere.example/i/0123456789abcdefghijkl.jpg"
    assert faults_of(f"Bonjour. ![La salle]({elsewhere})") == [
        (FaultKind.IMAGE_FROM_ELSEWHERE, elsewhere)
    ]


def test_the_address_of_a_picture_can_not_name_a_reader() -> None:
    reference = make_picture().reference
    body = f"Bonjour. ![La salle](image:{reference}{{{{ given_name | x }}}})"
    assert [kind for kind, _ in faults_of(body)] == [FaultKind.PICTURE_UNKNOWN]


def test_a_style_or_a_size_can_not_be_typed(app: Flask) -> None:
    body = 'Bonjour. <img src="x" style="position:fixed" width="1">'
    assert "<img" not in preview_campaign(campaign_of(body)).html


def test_a_frozen_campaign_has_the_address_in_its_bytes() -> None:
    picture = make_picture()
    frozen = read_campaign(campaign_of(f"Bonjour. {as_markdown(picture)}")).serialise()
    assert f"/i/{picture.name}.jpg" in frozen

"""Pictures, templates and pieces in the console: saved, renamed, deleted; what the editor gets."""

import io
import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from supporters.audit_log.audit_events import AuditEvent
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.models import TeamText, TextKind
from supporters.campaigns.pictures.email_pictures import as_markdown
from supporters.campaigns.pictures.models import Picture
from supporters.campaigns.pictures.queries import find_picture
from supporters.campaigns.pictures.stored_pictures import describe_picture
from supporters.campaigns.queries import find_team_text, list_team_texts
from supporters.database import db
from supporters.team.list_scopes import limit_organiser
from tests.factories.accounts import csrf_token_on, make_organiser, sign_in
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.pictures import make_picture, plain_file
from tests.factories.team_texts import make_piece, make_template
from tests.web.console.pages import followed, post, speak_english
from tests.web.public.pages import press

PICTURES = "/console/pictures"
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PROGRAM = {"Accept": "application/json"}
MEGABYTE = 1_000_000
WORDS = {"type": "paragraph", "content": [{"type": "text", "text": "À bientôt"}]}
DOCUMENT = json.dumps({"version": 1, "type": "doc", "content": [WORDS]})


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """Return the browser of an organiser who reads English."""
    signed_in = sign_in(app, make_organiser())
    speak_english(signed_in)
    return signed_in


def upload(
    browser: FlaskClient,
    content: bytes,
    name: str = "photo.png",
    *,
    headers: dict[str, str] = PROGRAM,
) -> TestResponse:
    """Send a file as the form does."""
    token = csrf_token_on(browser, PICTURES)
    file = FileStorage(io.BytesIO(content), name)
    boundary, body = encode_multipart({"picture": file, "csrf_token": token})
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.post(PICTURES, data=body, content_type=kind, headers=headers)


def acts() -> list[str]:
    """Return the acts on pictures, oldest first."""
    db.session.rollback()
    found = db.select(AuditEvent.act).where(AuditEvent.act.like("picture.%"))
    return [*db.session.scalars(found.order_by(AuditEvent.id))]


TEMPLATES, PIECES = "/console/templates", "/console/pieces"


def send(browser: FlaskClient, **fields: str) -> TestResponse:
    """Save a piece as the editor does."""
    headers = {"X-CSRFToken": csrf_token_on(browser, TEMPLATES), "Accept": "application/json"}
    piece = {"name": "Signature", "language": "fr", "document": DOCUMENT, **fields}
    return browser.post(PIECES, data=piece, headers=headers)


def saved(kind: TextKind) -> list[TeamText]:
    """Return what is stored."""
    db.session.rollback()
    return [*list_team_texts(kind)]


def test_the_editor_gets_a_sentence_for_more_than_the_server_reads(
    browser: FlaskClient, app: Flask
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    answer = browser.post(PICTURES, headers=PROGRAM, content_length=2**30)
    assert (answer.status_code, "12" in (answer.json or {})["error"]) == (413, True)


def test_the_editor_gets_a_picture_as_json(browser: FlaskClient) -> None:
    token = csrf_token_on(browser, PICTURES)
    answer = browser.post(
        PICTURES,
        data={"picture": (io.BytesIO(plain_file()), "photo.png")},
        headers={"X-CSRFToken": token, "Accept": "*/*"},
    )
    assert answer.status_code == 201
    found = answer.get_json()
    assert found["id"].startswith("img_")
    assert found["url"] == f"http://localhost/i/{found['id'].removeprefix('img_')}.jpg"
    assert (found["width"], found["height"]) == (40, 30)
    assert (found["alt"], found["decorative"]) == ("", False)
    assert found["octets"] == len(browser.get(found["url"]).data)
    assert acts() == [CampaignAct.PICTURE_ADDED]


def test_a_form_leads_to_the_page_of_the_picture_with_its_line_to_copy(
    browser: FlaskClient,
) -> None:
    page = followed(browser, upload(browser, plain_file(), headers=PAGE))
    (picture,) = db.session.scalars(db.select(Picture))
    assert f"![](image:{picture.reference})" in page
    assert "Describe it now" in page


def test_a_refused_file_gets_a_sentence(browser: FlaskClient) -> None:
    cases = [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "SVG"),
        (b"%PDF-1.7", 415, "JPEG, PNG, WebP or GIF"),
        (plain_file()[:60], 422, "damaged"),
        (bytes(13 * MEGABYTE), 413, "12 MB"),
        (bytes(30 * MEGABYTE), 413, "12 MB"),
        (b"", 422, "empty"),
    ]
    for content, status, words in cases:
        as_json = upload(browser, content)
        assert (as_json.status_code, words in as_json.get_json()["error"]) == (status, True)
        as_page = upload(browser, content, headers=PAGE)
        assert (as_page.status_code, words in as_page.text) == (status, True)
        assert acts() == []


def test_a_form_without_a_file_gets_a_sentence(browser: FlaskClient) -> None:
    token = {"csrf_token": csrf_token_on(browser, PICTURES)}
    answer = browser.post(PICTURES, data=token, headers=PAGE)
    assert (answer.status_code, "Choose a picture." in answer.text) == (422, True)


@pytest.mark.parametrize(
    "name",
    [
        *("../../../etc/passwd", "a" * 5_000, "x.php\x00.jpg", "<script>alert(1)</script>.png"),
        *("\u202egnp.exe", "C:\\photo.png", "nom-de-fichier", ";rm -rf ~;.png", "é" * 300 + ".png"),
    ],
)
def test_the_name_of_a_file_is_never_used(browser: FlaskClient, name: str) -> None:
    answer = upload(browser, plain_file(), name)
    assert answer.status_code == 201
    assert name not in answer.text + browser.get(PICTURES, headers=PAGE).text


def test_the_library_lists_pictures_for_people_and_for_the_editor(browser: FlaskClient) -> None:
    picture = make_picture()
    describe_picture(picture.id, "La mairie", is_decoration=False)
    page = browser.get(PICTURES, headers=PAGE).text
    assert "La mairie" in page
    assert "Not used" in page
    listed = browser.get(PICTURES, headers=PROGRAM).get_json()
    assert (listed["page"], listed["has_next"]) == (1, False)
    (found,) = listed["pictures"]
    assert (found["id"], found["alt"], found["used"]) == (picture.reference, "La mairie", False)


def test_a_description_is_changed_and_shown_as_text(browser: FlaskClient) -> None:
    picture = make_picture()
    page = f"{PICTURES}/{picture.id}"
    answer = press(browser, page, description="<b>La salle</b>")
    assert "&lt;b&gt;La salle&lt;/b&gt;" in followed(browser, answer)
    assert acts() == [CampaignAct.PICTURE_DESCRIBED]


def test_a_description_that_is_too_long_is_kept_in_its_field(browser: FlaskClient) -> None:
    answer = press(browser, f"{PICTURES}/{make_picture().id}", description="x" * 501)
    assert answer.status_code == 422
    assert "x" * 501 in answer.text


def test_an_unused_picture_is_deleted(browser: FlaskClient) -> None:
    picture = make_picture()
    page = f"{PICTURES}/{picture.id}"
    answer = post(browser, f"{page}/delete")
    assert "The picture is deleted." in followed(browser, answer)
    assert browser.get(page).status_code == 404
    assert acts() == [CampaignAct.PICTURE_DELETED]


def test_a_used_picture_names_its_campaigns_and_stays(browser: FlaskClient) -> None:
    picture = make_picture()
    make_campaign(make_list(), "Notre lettre", body=f"Bonjour. {as_markdown(picture)}")
    page = f"{PICTURES}/{picture.id}"
    assert "Notre lettre" in browser.get(page).text
    assert f"{page}/delete" not in browser.get(page).text
    refused = post(browser, f"{page}/delete")
    assert "uses this picture" in followed(browser, refused)
    assert find_picture(picture.id) is not None


def test_an_account_limited_to_a_list_learns_only_that_another_campaign_uses_it(app: Flask) -> None:
    own, foreign, account = make_list("lyon"), make_list("national"), make_organiser()
    limit_organiser(account.id, [own.id])
    picture = make_picture()
    make_campaign(foreign, "Lettre secrete", body=f"Bonjour. {as_markdown(picture)}")
    browser = sign_in(app, account)
    speak_english(browser)
    page, library = browser.get(f"{PICTURES}/{picture.id}").text, browser.get(PICTURES).text
    assert "secrete" not in page + library
    assert "1 campaign to a list that your account may not see." in page
    assert "Used elsewhere: for another list, in a template, or in the look of emails" in library


def test_a_campaign_becomes_a_template_of_the_team(browser: FlaskClient) -> None:
    campaign = make_campaign(make_list(), "Le train", "Il est *sauvé*.")
    page = f"/console/campaigns/{campaign.id}"
    assert f"{page}/template" in browser.get(page).text
    answer = press(browser, f"{page}/template", name="Bonne nouvelle")
    assert "saved for the whole team" in followed(browser, answer)
    (template,) = saved(TextKind.TEMPLATE)
    assert (template.name, template.subject) == ("Bonne nouvelle", "Le train")
    assert "Bonne nouvelle" in browser.get(TEMPLATES).text
    again = press(browser, f"{page}/template", name="Bonne nouvelle")
    assert (again.status_code, "of this name already" in again.text) == (422, True)
    unnamed = press(browser, f"{page}/template", name="")
    assert (unnamed.status_code, "a name that the team knows" in unnamed.text) == (422, True)


def test_a_template_is_renamed_and_deleted(browser: FlaskClient) -> None:
    template, other = make_template("Un"), make_template("Deux")
    page = f"{TEMPLATES}/{template.id}"
    assert press(browser, page, name="Deux").status_code == 422
    assert "Trois" in followed(browser, press(browser, page, name="Trois"))
    assert "It is deleted" in followed(browser, post(browser, f"{page}/delete"))
    assert [each.id for each in saved(TextKind.TEMPLATE)] == [other.id]
    assert browser.get(page).status_code == 404
    assert post(browser, f"{page}/delete").status_code == 404


def test_the_editor_saves_a_piece_and_inserts_it(browser: FlaskClient) -> None:
    answer = send(browser)
    assert (answer.status_code, answer.json["name"]) == (201, "Signature")
    read = browser.get(answer.json["url"]).json
    assert read["document"]["content"][0]["content"] == WORDS["content"]
    (piece,) = saved(TextKind.PIECE)
    assert find_team_text(piece.id) is not None
    make_list()
    assert f'data-choice="piece:{PIECES}/{piece.id}"' in browser.get("/console/campaigns/new").text


def test_a_refused_piece_has_a_sentence(browser: FlaskClient) -> None:
    make_piece("Pris")
    cases = [
        ({"name": ""}, "Give it a name"),
        ({"name": "x" * 81}, "at most 80"),
        ({"name": "Pris"}, "of this name already"),
        ({"document": "{}"}, "can’t be in a message"),
        ({"document": "x"}, "arrived damaged"),
    ]
    for fields, words in cases:
        answer = send(browser, **fields)
        assert answer.status_code == 422
        assert words in answer.json["words"]
        assert len(saved(TextKind.PIECE)) == 1

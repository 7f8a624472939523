"""Comments without a script: on the campaign, on its approval, and on a page of their own."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.accounts.models import Organiser
from supporters.campaigns.comments.queries import list_comments
from supporters.campaigns.drafts import CampaignDraft, edit_campaign
from supporters.database import db
from tests.factories.accounts import make_dpo, make_organiser, sign_in
from tests.factories.approvals import make_approver, make_request
from tests.factories.campaigns import reload
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import begins_with
from tests.web.console.pages import followed, post

Team = tuple[int, int, int]


def add_team(_app: Flask) -> Team:
    """Make a draft for whose approval its author asks; return its id and those of two accounts."""
    mailing_list = make_list()
    make_subscriber("anna@example.org", mailing_list)
    draft = make_campaign(mailing_list, "Samedi", "Venez samedi.\n\nÀ bientôt.")
    author, approver = make_organiser(), make_approver()
    make_request(draft.id, author)
    return draft.id, author.id, approver.id


pytestmark = begins_with(add_team)


@pytest.fixture
def clients(app: Flask, prepared: Team) -> tuple[FlaskClient, FlaskClient]:
    """Return the browsers of the author and of the approver."""
    author, approver = (sign_in(app, db.session.get_one(Organiser, each)) for each in prepared[1:])
    return author, approver


def block_of(campaign_id: int, number: int) -> str:
    document: Any = json.loads(reload(campaign_id).document or "")
    return str(document["content"][number]["attrs"]["id"])


def test_an_approver_comments_the_author_answers_and_resolves_and_the_request_stays(
    prepared: Team, clients: tuple[FlaskClient, FlaskClient]
) -> None:
    author, approver = clients
    page = f"/console/campaigns/{prepared[0]}"
    said = post(approver, f"{page}/comments", comment="Quel samedi ? @org @zoe", page="decision")
    html = followed(approver, said)
    assert "Quel samedi ?" in html
    assert "le nom @zoe." in html
    (comment,) = list_comments(prepared[0])
    assert str(said.location).endswith(f"/decision#comment-{comment.id}")
    reply = {"comment": "Le 5, @approver@parti.example", "parent": str(comment.id)}
    assert "Le commentaire est enregistré. 1 collègue recevra" in followed(
        author, post(author, f"{page}/comments", **reply)
    )
    done = post(author, f"{page}/comments/{comment.id}/resolve", page="campaign")
    assert str(done.location) == f"{page}#comments"
    assert "Commentaires réglés\u202f: 1" in author.get(page).text
    assert "Rouvrir" in author.get(f"{page}/comments").text
    assert reload(prepared[0]).status == "awaiting_approval"


def test_a_comment_says_what_became_of_its_block(
    prepared: Team, clients: tuple[FlaskClient, FlaskClient]
) -> None:
    author, _ = clients
    place = f"/console/campaigns/{prepared[0]}/comments"
    for number, quote in enumerate(("Venez samedi.", "À bientôt.")):
        about = {"block_id": block_of(prepared[0], number), "quote": quote}
        post(author, place, comment="Bien", **about)
    assert author.get(place).text.count("Sur ces mots") == 2
    campaign = reload(prepared[0])
    draft = CampaignDraft(
        mailing_list_id=campaign.mailing_list_id,
        language="fr",
        subject="Samedi",
        body="Venez dimanche.",
    )
    edit_campaign(campaign.id, draft)
    html = author.get(place).text
    assert "Sur un bloc qui a changé depuis" in html
    assert "Sur un bloc qui a été supprimé" in html


def test_nothing_typed_is_lost_and_the_editor_gets_the_list_alone(
    app: Flask, prepared: Team, clients: tuple[FlaskClient, FlaskClient]
) -> None:
    author, _ = clients
    place = f"/console/campaigns/{prepared[0]}/comments"
    long = post(author, place, comment="x" * 2001, block_id="abc", quote="Venez")
    assert (long.status_code, "x" * 2001 in long.text, "Venez" in long.text) == (422, True, True)
    assert post(author, place, comment=" ").status_code == 422
    part = post(author, place, comment="<b>Oui</b>", part="list")
    assert part.status_code == 200
    assert "&lt;b&gt;Oui" in part.text
    assert "<html" not in part.text + author.get(f"{place}?part=list").text
    foreign = sign_in(app, make_dpo())
    (comment,) = list_comments(prepared[0])
    refused = followed(foreign, post(foreign, f"{place}/{comment.id}/delete"))
    assert "Seul son auteur" in refused
    assert "est supprimé" in followed(author, post(author, f"{place}/{comment.id}/delete"))

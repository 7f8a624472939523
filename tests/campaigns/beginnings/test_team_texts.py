"""Templates and pieces of the team: saved, renamed, deleted, with their pictures."""

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from supporters import clock
from supporters.campaigns.beginnings.starting_texts import (
    TeamTextError,
    TextToSave,
    delete_team_text,
    rename_team_text,
    save_text,
    start_from_team_text,
)
from supporters.campaigns.models import TeamText, TextKind
from supporters.campaigns.pictures.stored_pictures import (
    DeletePictureError,
    delete_picture,
    purge_unused_pictures,
)
from supporters.campaigns.queries import list_campaigns_to_copy, list_team_texts
from supporters.campaigns.trash import trash_draft
from supporters.database import db, transaction
from supporters.team.list_scopes import EVERY_LIST, ListScope
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.pictures import make_picture
from tests.factories.team_texts import document_of, make_piece, make_template
from tests.machinery.threads import at_once

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def test_a_template_begins_campaigns_with_its_words() -> None:
    start = start_from_team_text(make_template())
    assert (start.subject, start.body) == (
        "Réunion à [[commune]]",
        "Venez à \\[\\[commune\\]\\].\n",
    )
    assert start.document is not None
    assert None not in {block.attrs.id for block in start.document.content}


@pytest.mark.both_databases
def test_a_name_is_used_once_for_each_kind() -> None:
    make_template("Section")
    make_piece("Section")
    text = TextToSave(
        kind=TextKind.PIECE, name="Section", language="fr", document=document_of("Autre")
    )
    assert save_text(text, by_id=None) is TeamTextError.NAME_TAKEN
    other = make_piece("Autre")
    assert rename_team_text(other.id, "Section") is TeamTextError.NAME_TAKEN
    assert isinstance(rename_team_text(other.id, "Signature"), TeamText)
    assert [each.name for each in list_team_texts(TextKind.PIECE)] == ["Section", "Signature"]
    row = {
        "id": 7,
        "kind": "piece",
        "name": "Section",
        "language": "fr",
        "subject": "",
        "preheader": "",
        "document": "{}",
        "created_at": clock.now(),
    }
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(insert(TeamText).values(row))


@pytest.mark.both_databases
def test_two_writers_can_not_take_one_name_at_once(app: Flask) -> None:
    text = TextToSave(
        kind=TextKind.PIECE, name="Signature", language="fr", document=document_of("Anna")
    )
    made = at_once(app, lambda: save_text(text, by_id=None), workers=4)
    assert [each for each in made if not isinstance(each, TeamText)] == [
        TeamTextError.NAME_TAKEN
    ] * 3


def test_the_picture_of_a_piece_stays_until_the_piece_is_deleted(app: Flask) -> None:
    picture = make_picture()
    piece = make_piece("Don", f"![Faire un don](image:{picture.reference})")
    assert delete_picture(picture.id) is DeletePictureError.USED
    assert purge_unused_pictures(clock.now()) == 0
    assert delete_team_text(piece.id) is None
    assert delete_team_text(piece.id) is TeamTextError.UNKNOWN
    assert purge_unused_pictures(clock.now()) == 1


@pytest.mark.both_databases
def test_campaigns_are_found_by_words_of_their_subject_within_the_scope() -> None:
    ours, theirs = make_list("ours", "Notre liste"), make_list("theirs", "Autre liste")
    make_campaign(ours, "Réunion de mars")
    made = make_campaign(ours, "Réunion d’avril, 100 % utile")
    make_campaign(theirs, "Réunion secrète")
    only_ours = ListScope(frozenset({ours.id}))

    def found(words: str, scope: ListScope = only_ours) -> list[str]:
        return [campaign.subject for campaign, _ in list_campaigns_to_copy(words, scope)]

    assert found("réunion"[1:]) == ["Réunion d’avril, 100 % utile", "Réunion de mars"]
    assert found("100 %") == [made.subject]
    assert found("%") == [made.subject]
    assert len(found("", EVERY_LIST)) == 3
    with transaction():
        made.internal_name = "Campagne de printemps"
    assert found("printemps") == [made.subject]
    trash_draft(made.id, None)
    assert found("printemps") == []

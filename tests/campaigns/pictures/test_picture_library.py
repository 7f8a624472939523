"""The library keeps each picture once, and no picture that a campaign uses is deleted."""

import io
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from supporters import clock
from supporters.campaigns.drafts import CampaignDraft, edit_campaign
from supporters.campaigns.models import Campaign
from supporters.campaigns.pictures.email_pictures import as_markdown
from supporters.campaigns.pictures.models import Picture, PictureUse
from supporters.campaigns.pictures.queries import find_picture, find_public_picture
from supporters.campaigns.pictures.stored_pictures import (
    DeletePictureError,
    PictureFault,
    add_picture,
    delete_picture,
    describe_picture,
)
from supporters.campaigns.trash import trash_draft
from supporters.database import db, transaction
from supporters.retention.old_records import purge_pictures
from tests.factories.accounts import make_owner
from tests.factories.approvals import launch_ready, make_request
from tests.factories.drafts import destroy, make_campaign
from tests.factories.lists import make_list
from tests.factories.pictures import make_picture, photo, plain_file
from tests.factories.rows import count_anew
from tests.factories.signups import ADDRESS, make_subscriber
from tests.machinery.threads import at_once

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

A_YEAR = 365


def campaign_with(picture: Picture) -> Campaign:
    """Return a draft that shows a picture, to a list with one person."""
    mailing_list = make_list()
    make_subscriber(ADDRESS, mailing_list)
    body = f"Bonjour.\n\n![La salle](image:{picture.reference})"
    return make_campaign(mailing_list, body=body)


def rewrite(campaign: Campaign, body: str) -> None:
    """Change the text of a draft."""
    draft = CampaignDraft(
        mailing_list_id=campaign.mailing_list_id, language="fr", subject="Sujet", body=body
    )
    assert isinstance(edit_campaign(campaign.id, draft), Campaign)


def list_ids() -> list[int]:
    """Return the ids of the pictures in the database."""
    db.session.rollback()
    return [*db.session.scalars(select(Picture.id).order_by(Picture.id))]


def test_a_picture_is_kept_with_its_file_under_a_name_that_tells_nothing() -> None:
    picture = make_picture()
    found = find_public_picture(picture.name, "jpg")
    assert found is not None
    assert (len(found.content), found.octets) == (picture.octets, picture.octets)
    assert len(picture.name) == 22
    assert find_public_picture(picture.name, "png") is None


@pytest.mark.both_databases
def test_the_same_picture_is_kept_once_however_often_it_is_uploaded_at_once(app: Flask) -> None:
    upload = photo(400, 300)
    added = at_once(app, lambda: add_picture(io.BytesIO(upload), by_id=None), workers=10)
    assert len({each.id for each in added if isinstance(each, Picture)}) == 1
    assert count_anew(Picture) == 1


@pytest.mark.both_databases
def test_ten_pictures_uploaded_at_once_are_all_kept(app: Flask) -> None:
    uploads = iter([plain_file(colour=(each, 0, 0)) for each in range(0, 250, 25)])
    added = at_once(app, lambda: add_picture(io.BytesIO(next(uploads)), by_id=None), workers=10)
    assert all(isinstance(each, Picture) for each in added)
    assert count_anew(Picture) == 10


def test_nothing_is_kept_of_a_refused_file() -> None:
    assert add_picture(io.BytesIO(b"<svg/>"), by_id=None) is PictureFault.DRAWING
    assert count_anew(Picture) == 0


@pytest.mark.both_databases
def test_an_unused_picture_is_deleted_once() -> None:
    picture = make_picture()
    assert delete_picture(picture.id) is None
    assert delete_picture(picture.id) is DeletePictureError.UNKNOWN
    assert find_public_picture(picture.name, "jpg") is None


def test_a_picture_in_a_draft_stays_until_the_draft_shows_it_no_more() -> None:
    picture = make_picture()
    campaign = campaign_with(picture)
    assert delete_picture(picture.id) is DeletePictureError.USED
    rewrite(campaign, "Sans image.")
    assert delete_picture(picture.id) is None


def test_a_picture_of_a_deleted_draft_can_be_deleted() -> None:
    picture = make_picture()
    draft = campaign_with(picture)
    trash_draft(draft.id, None)
    assert delete_picture(picture.id) is DeletePictureError.USED
    destroy(draft.id)
    assert delete_picture(picture.id) is None


@pytest.mark.both_databases
def test_a_picture_of_a_frozen_version_stays_even_if_the_text_shows_it_no_more() -> None:
    picture = make_picture()
    campaign = campaign_with(picture)
    make_request(campaign.id, make_owner())
    rewrite(campaign, "Sans image.")
    assert delete_picture(picture.id) is DeletePictureError.USED


def test_a_picture_of_a_sent_campaign_stays() -> None:
    picture = make_picture()
    assert isinstance(launch_ready(campaign_with(picture).id), Campaign)
    assert delete_picture(picture.id) is DeletePictureError.USED


@pytest.mark.both_databases
def test_the_database_deletes_no_picture_that_a_campaign_uses() -> None:
    picture = make_picture()
    campaign_with(picture)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(delete(Picture))
    assert list_ids() == [picture.id]


@pytest.mark.both_databases
def test_a_description_is_the_one_of_the_last_text_that_shows_the_picture() -> None:
    picture = make_picture()
    describe_picture(picture.id, "La salle", is_decoration=False)
    campaign = campaign_with(picture)
    rewrite(campaign, f"Un mot. ![La mairie](image:{picture.reference})")
    described = find_picture(picture.id)
    assert described is not None
    assert (described.description, described.is_decoration) == ("La mairie", False)
    rewrite(campaign, f"Un mot. ![](image:{picture.reference})")
    assert (described.description, described.is_decoration) == ("La mairie", True)


def test_a_picture_that_is_twice_in_a_text_is_one_use() -> None:
    picture = make_picture()
    make_campaign(make_list(), body=f"Bonjour. {as_markdown(picture)}\n\n{as_markdown(picture)}")
    assert count_anew(PictureUse) == 1


def test_an_unused_picture_is_purged_after_a_year() -> None:
    make_picture()
    now = clock.now()
    assert purge_pictures(A_YEAR, now + timedelta(days=364)).deleted == 0
    assert purge_pictures(A_YEAR, now + timedelta(days=366)).deleted == 1
    assert list_ids() == []


@pytest.mark.both_databases
def test_the_year_begins_again_with_each_upload_and_with_the_end_of_a_use() -> None:
    picture, other = make_picture(), make_picture(plain_file(colour=(1, 2, 3)))
    campaign = make_campaign(make_list(), body=f"Bonjour. {as_markdown(picture)}")
    with transaction():
        long_ago = clock.now() - timedelta(days=400)
        db.session.execute(db.update(Picture).values(used_at=long_ago))
    make_picture(plain_file(colour=(1, 2, 3)))
    destroy(campaign.id)
    assert purge_pictures(A_YEAR, clock.now()).deleted == 0
    assert list_ids() == [picture.id, other.id]


@pytest.mark.both_databases
def test_a_used_picture_is_never_purged() -> None:
    picture = make_picture()
    campaign_with(picture)
    assert purge_pictures(A_YEAR, clock.now() + timedelta(days=4_000)).deleted == 0
    assert list_ids() == [picture.id]

"""The party's theme: what it changes, what it can't change, and what is refused."""

import json
import re

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from supporters.audit_log.audit_events import find_newest_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.models import CampaignVersion
from supporters.campaigns.pictures.stored_pictures import DeletePictureError, delete_picture
from supporters.campaigns.theme_changes import ThemeChoice, ThemeError, change_theme, find_choice
from supporters.database import db, transaction
from supporters.delivery.message.previews import preview_campaign
from supporters.mail.mail_templates import render_content
from supporters.mail.mail_theme import Theme, find_theme
from supporters.mail.models import EmailKind
from supporters.mail.social_links import Network
from supporters.mail.theme_models import Alignment, StoredTheme
from tests.factories.accounts import make_organiser
from tests.factories.approvals import make_request
from tests.factories.campaigns import reload
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.pictures import make_picture, plain_file
from tests.factories.signups import ADDRESS, make_subscriber

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

PURPLE, YELLOW, WHITE = "#7a1f5c", "#ffcc00", "#ffffff"
LINKS = {Network.FACEBOOK: "https://www.facebook.com/parti"}
STREET = "12 rue des Lilas, 29200 Brest"


def choice(**values: object) -> ThemeChoice:
    """Return a theme in purple."""
    chosen = {"accent": PURPLE, "accent_words": WHITE, "stripe": YELLOW, "links": LINKS}
    return ThemeChoice(**{**chosen, **values})  # type: ignore[arg-type]


def confirmation() -> str:
    """Return both parts of the email that confirms an address change."""
    values = {"address": ADDRESS, "reset_url": "https://parti.example/x", "hours": 1, "minutes": 60}
    content = render_content(EmailKind.RESET_PASSWORD, "fr", values)
    return content.html + content.text


def test_the_face_is_that_of_campaigns_and_of_all_other_emails() -> None:
    logo = make_picture()
    campaign = make_campaign(make_list(), body="[[Je viens]](https://parti.example)")
    assert find_theme() == Theme()
    change_theme(choice(logo_id=logo.id, logo_alt="Notre logo", postal_address=STREET), by_id=None)
    shown = preview_campaign(campaign)
    for html in (shown.html, confirmation()):
        assert f'bgcolor="{PURPLE}"' in html
        assert "#0e4c59" not in html
        assert f"/i/{logo.name}." in html
        assert 'alt="Notre logo"' in html
        assert LINKS[Network.FACEBOOK] in html
        assert STREET in html
    assert f"Facebook\u202f: {LINKS[Network.FACEBOOK]}" in shown.text
    assert STREET in shown.text


def html_of(version: CampaignVersion) -> str:
    """Return the HTML of a frozen campaign, without its links: they have the second of now."""
    return re.sub(r'href="[^"]+"', "", preview_campaign(reload(version.campaign_id)).html)


def test_what_is_frozen_keeps_its_bytes_and_its_logo() -> None:
    logo = make_picture()
    mailing_list = make_list()
    make_subscriber(ADDRESS, mailing_list)
    change_theme(choice(logo_id=logo.id), by_id=None)
    version = make_request(make_campaign(mailing_list).id, make_organiser())
    before = (version.hash, version.content, html_of(version))
    assert PURPLE in version.content
    change_theme(choice(accent="#004400"), by_id=None)
    db.session.expire_all()
    assert before == (version.hash, version.content, html_of(version))
    assert delete_picture(logo.id) is DeletePictureError.USED


def test_the_logo_can_be_deleted_neither_now_nor_when_a_template_shows_it() -> None:
    logo = make_picture()
    change_theme(choice(logo_id=logo.id), by_id=None)
    assert delete_picture(logo.id) is DeletePictureError.USED
    change_theme(choice(), by_id=None)
    assert delete_picture(logo.id) is None
    assert change_theme(choice(logo_id=logo.id), by_id=None) is ThemeError.PICTURE_UNKNOWN


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"accent": "#ffee88"}, ThemeError.UNREADABLE),
        ({"links": {Network.X: "http://x.com/parti"}}, ThemeError.LINK_REFUSED),
        ({"links": {Network.X: "https://x.com.evil.example"}}, ThemeError.LINK_REFUSED),
    ],
)
def test_what_nobody_can_read_or_follow_is_refused(
    values: dict[str, object], refusal: ThemeError
) -> None:
    assert change_theme(choice(**values), by_id=None) is refusal
    assert find_theme() == Theme()


@pytest.mark.both_databases
def test_a_change_is_recorded_and_the_same_again_is_none() -> None:
    assert change_theme(choice(), by_id=None) is True
    assert change_theme(choice(), by_id=None) is False
    assert find_choice() == choice()
    assert find_newest_act(CampaignAct.THEME_CHANGED, None) is not None
    assert change_theme(choice(alignment=Alignment.CENTER, shows_name=False), by_id=None) is True
    assert find_theme().shows_name is True  # without a logo, the name stays


@pytest.mark.both_databases
def test_there_is_one_face_with_a_whole_logo(app: Flask) -> None:
    change_theme(choice(), by_id=None)
    for values in ({"id": 2}, {"logo_file": "x.png"}, {"alignment": "top"}):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(update(StoredTheme).values(values))


def test_marks_of_merge_fields_are_taken_out_of_the_address() -> None:
    change_theme(choice(postal_address=f"\ue0000\ue001{STREET}\nFrance"), by_id=None)
    assert find_theme().postal_address == f"0{STREET} France"
    assert json.loads(db.session.get_one(StoredTheme, 1).links) == {"facebook": LINKS["facebook"]}


def test_each_picture_of_the_face_is_kept_until_another_is_chosen() -> None:
    for name in ("picture_id", "share_id", "icon_id"):
        picture = make_picture(plain_file(size=(80, 40)))
        change_theme(choice(**{name: picture.id}), by_id=None)
        assert delete_picture(picture.id) is DeletePictureError.USED
        change_theme(choice(), by_id=None)
        assert delete_picture(picture.id) is None


def test_the_header_picture_is_in_campaigns_only_if_the_party_wants_it() -> None:
    picture = make_picture(plain_file(size=(1200, 300)))
    campaign = make_campaign(make_list(), body="Bonjour")
    for is_wanted in (False, True):
        change_theme(choice(picture_id=picture.id, picture_in_mails=is_wanted), by_id=None)
        assert (picture.name in preview_campaign(campaign).html) is is_wanted
        assert picture.name not in confirmation()

"""A sent campaign goes on the site by an act of a person; its article is for nobody by name."""

import json
import re
from datetime import date
from html import unescape

import pytest
from sqlalchemy import select

from supporters import clock
from supporters.archive.issue_articles import Article, render_article
from supporters.archive.models import Issue
from supporters.archive.publication import (
    PublishError,
    has_personal_link,
    publish_issue,
    withdraw_issue,
)
from supporters.archive.queries import count_issues, find_issue
from supporters.archive.rules import slug_of
from supporters.campaigns.document.blocks import Document
from supporters.campaigns.document.to_plain_text import to_markdown
from supporters.campaigns.models import Campaign, CampaignVersion
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db, transaction
from supporters.delivery.message.frozen_campaign import read_frozen
from supporters.extensions import current_tokens
from supporters.lists.mailing_lists import close_list
from tests.factories.campaigns import launch
from tests.factories.drafts import make_campaign
from tests.factories.issues import FIRST_NAME, READER, make_issue, make_sent
from tests.factories.lists import make_list
from tests.factories.pictures import make_picture
from tests.factories.rows import count_rows

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
BORIS = "boris@example.org"
DAY = date(2026, 12, 3)
ALL_BLOCKS = """## Titre

Bonjour {{given_name|amis}}, de {{party_name}} et {{list_name}}. **Gras**, *penché*, ~~rayé~~.
[Un lien](https://parti.example/page?a=1&b=2), [nous](mailto:a@parti.example), [tel](tel:+331).

- un
- deux
    1. trois

> Une citation

[[Agir]](https://parti.example/agir)

::: box
Dans un cadre
:::

::: event
title: Réunion
starts: 2026-12-03T19:00
place: Lyon
link: https://parti.example/reunion
:::

::: share
link: https://parti.example/partager
:::

| a | b |
|---|---|
| c | {{given_name|ami}} |

![Une photo](image:PICTURE)

---

Fin.
"""
TOKEN = r"[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_.-]{16,}"


def article_of(body: str, subject: str = "{{given_name|Amis}}, des nouvelles") -> Article:
    """Return the article of a campaign that was sent."""
    make_sent(make_list(), subject, body)
    version = db.session.scalars(select(CampaignVersion)).one()
    article = render_article(read_frozen(version.content))
    assert article is not None
    return article


def test_a_sent_campaign_is_not_on_the_site_until_somebody_puts_it_there() -> None:
    mailing_list = make_list()
    campaign = make_sent(mailing_list)
    assert find_issue(campaign.id) is None
    issue = publish_issue(campaign.id, by_id=None)
    assert isinstance(issue, Issue)
    assert (issue.title, issue.is_public) == ("Des nouvelles", True)
    assert count_issues(mailing_list.id) == 1


def test_a_second_press_changes_nothing() -> None:
    campaign = make_sent(make_list())
    for _ in range(2):
        assert isinstance(publish_issue(campaign.id, by_id=None), Issue)
    assert [withdraw_issue(campaign.id) for _ in range(2)] == [True, False]
    assert find_issue(campaign.id).is_public is False


def test_an_issue_that_comes_back_has_the_address_that_it_had() -> None:
    issue = make_issue(make_list())
    slug = issue.slug
    withdraw_issue(issue.campaign_id)
    assert find_issue(issue.campaign_id).is_public is False
    again = publish_issue(issue.campaign_id, by_id=None)
    assert isinstance(again, Issue)
    assert (again.slug, again.is_public) == (slug, True)


def test_two_issues_of_a_day_with_one_title_have_two_addresses() -> None:
    mailing_list = make_list()
    first = make_issue(mailing_list)
    second = make_issue(mailing_list, to=BORIS)
    assert second.slug == f"{first.slug}-{second.campaign_id}"


def test_an_address_is_the_day_and_the_words_in_plain_letters() -> None:
    cases = [
        ("L’été arrive : à vos marques !", "lete-arrive-a-vos-marques"),
        ("ÉLECTIONS 2027", "elections-2027"),
        ("مرحبا", ""),
        ("mot " * 40, "mot-mot-mot-mot-mot-mot-mot-mot-mot-mot-mot-mot-mot-mot-mot-mot-mot"),
    ]
    faults = [
        title for title, words in cases if slug_of(title, DAY) != f"2026-12-03-{words}".strip("-")
    ]
    assert not faults


def test_a_draft_or_a_campaign_that_is_being_sent_stays_off() -> None:
    mailing_list = make_list()
    make_sent(mailing_list)
    for campaign_id in (make_campaign(mailing_list).id, launch(mailing_list), 404):
        assert publish_issue(campaign_id, by_id=None) is PublishError.NOT_SENT
    assert count_issues(mailing_list.id) == 0


def test_a_list_that_is_closed_has_no_archive() -> None:
    mailing_list = make_list()
    campaign = make_sent(mailing_list)
    close_list(mailing_list.id)
    assert publish_issue(campaign.id, by_id=None) is PublishError.LIST_NOT_OPEN


def test_a_text_that_is_not_the_one_that_was_sent_stays_off() -> None:
    campaign = make_sent(make_list())
    with transaction():
        version = db.session.scalar(select(CampaignVersion))
        version.content = version.content.replace("Bonjour", "Bonsoir")
    assert publish_issue(campaign.id, by_id=None) is PublishError.ALTERED
    assert find_issue(campaign.id) is None


def test_a_deleted_campaign_takes_its_issue_with_it() -> None:
    issue = make_issue(make_list())
    with transaction():
        for table in ("delivery", "delivery_batch", "delivery_interval"):
            db.session.execute(db.text(f"DELETE FROM {table}"))
        db.session.execute(db.delete(Campaign).where(Campaign.id == issue.campaign_id))
    assert count_rows(Issue) == 0


def test_an_issue_says_when_it_was_sent_and_when_it_was_published() -> None:
    issue = make_issue(make_list())
    campaign = db.session.get_one(Campaign, issue.campaign_id)
    assert issue.sent_at == campaign.launched_at
    assert issue.sent_at <= issue.published_at <= clock.now()


def test_merge_fields_have_the_words_for_people_without_a_value() -> None:
    article = article_of("Bonjour {{given_name|chers amis}} de {{list_name}}, {{party_name}}.")
    assert article.title == "Amis, des nouvelles"
    assert "Bonjour chers amis de La Lettre nationale, Parti de l’Exemple." in article.html


def test_nothing_of_a_reader_is_in_an_article_of_all_blocks() -> None:
    picture = make_picture()
    article = article_of(ALL_BLOCKS.replace("PICTURE", picture.reference))
    html = unescape(article.html)
    assert FIRST_NAME not in html
    assert READER not in html
    assert not re.search(TOKEN, html)
    for page in ("/leave/", "/why/", "/unsubscribe", "/genuine"):
        assert page not in html
    assert not has_personal_link(html)


def test_the_email_of_the_same_campaign_does_have_a_token() -> None:
    article_of(ALL_BLOCKS.replace("PICTURE", make_picture().reference))
    content = db.session.scalars(select(CampaignVersion.content)).one()
    slots = {each["field"] for each in json.loads(content)["html"] if isinstance(each, dict)}
    assert {"leave_token", "why_token", "given_name"} <= slots


def test_every_block_is_in_the_article_without_a_style_of_its_own() -> None:
    picture = make_picture()
    html = article_of(ALL_BLOCKS.replace("PICTURE", picture.reference)).html
    for part in (
        *("<h2>Titre</h2>", "<strong>Gras</strong>", "<em>penché</em>", "<s>rayé</s>", "<ol>"),
        *("<blockquote>", "Dans un cadre", "Réunion", ".ics", "wa.me", "<th scope", "<figure>"),
        *(picture.name, 'alt="Une photo"', "<hr>", 'href="https://parti.example/agir"'),
    ):
        assert part in html, part
    assert "style=" not in html
    assert "<script" not in html


def test_a_text_of_an_earlier_program_without_blocks_is_read_from_its_markdown() -> None:
    make_sent(make_list(), body="Bonjour **{{given_name|vous}}**.")
    frozen = read_frozen(db.session.scalars(select(CampaignVersion.content)).one())
    content = json.loads(frozen.serialise())
    content["source"].pop("document", None)
    article = render_article(read_frozen(json.dumps(content)))
    assert article is not None
    assert "<strong>vous</strong>" in article.html


def test_markup_that_somebody_typed_stays_text() -> None:
    html = article_of("<script>alert(1)</script> <img src=x onerror=alert(1)>").html
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


def test_blocks_and_their_markdown_make_the_same_article() -> None:
    document = Document.model_validate(
        {"content": [{"type": "paragraph", "content": [{"type": "text", "text": "Mot"}]}]}
    )
    assert "<p>Mot</p>" in article_of(to_markdown(document)).html


def test_a_link_of_one_person_that_a_writer_pasted_keeps_the_email_off_the_site() -> None:
    cases = [
        *("/leave/{token}", "/fr/why/{token}", "/fr/subscriptions/{token}", "/fr/receipt/{token}"),
        *("/fr/my-data/open/{token}", "/fr/confirm/{token}", "/fr/undo/{token}"),
        *("/en/invited/{token}", "/fr/again/{token}", "/fr/join/national?email=a%40b.example"),
        *("/LEAVE/../leave/{token}", "/fr/confirm/{token}?x=1", "/fr/receipt/{token}#top"),
    ]
    mailing_list = make_list()
    token = current_tokens().sign(TokenPurpose.UNSUBSCRIBE, [1, 1, 1])
    for number, link in enumerate(cases):
        url = "http://localhost" + link.replace("{token}", token)
        reader = f"reader{number}@example.org"
        campaign = make_sent(mailing_list, body=f"Bonjour, [voici]({url}).", to=reader)
        assert publish_issue(campaign.id, by_id=None) is PublishError.PERSONAL_LINK


def test_a_personal_link_is_found_as_words_and_within_other_addresses() -> None:
    cases = [
        "http://localhost/leave/abc",
        "https://autre.example/?to=http%3A%2F%2Flocalhost%2Fleave%2Fabc",
        "https://autre.example/?to=http%253A%252F%252Flocalhost%252Fleave%252Fabc",
        "HTTP://LOCALHOST/fr/why/abc/page",
    ]
    faults = [
        written for written in cases if not has_personal_link(f"<p>Voici {written} merci</p>")
    ]
    assert not faults


def test_a_link_that_is_the_same_for_everybody_is_no_personal_one() -> None:
    cases = [
        *("http://localhost/fr/join/national", "http://localhost/fr/", "https://parti.example/"),
        *("http://localhost/i/abc.jpg", "http://localhost/meetings/1/abc.ics"),
        *("https://autre.example/leave/abc", "http://localhost/fr/archive/national/2026-a"),
    ]
    faults = [link for link in cases if has_personal_link(f'<a href="{link}">Lire</a>')]
    assert not faults

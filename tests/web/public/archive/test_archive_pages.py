"""The archive: issues by list, one page for each, a feed, and what is said of those taken back."""

import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.archive.publication import index_issues, publish_issue, withdraw_issue
from supporters.database import db, transaction
from supporters.lists.mailing_lists import change_words, close_list
from supporters.lists.models import ListWords, MailingList
from tests.factories.confirmations import link
from tests.factories.issues import FIRST_NAME, READER, make_issue, path_of
from tests.factories.lists import make_list
from tests.factories.pictures import make_picture
from tests.factories.signups import ADDRESS, make_subscriber, request_to_join
from tests.factories.themes import choose_theme
from tests.machinery.statements import statements
from tests.markup import Markup
from tests.web.public.pages import box_values, hidden_values, join, ticked_values

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

ARCHIVE, OF_LIST, FEED = "/fr/archive", "/fr/archive/national", "/archive/national/feed.xml"
ATOM = "{http://www.w3.org/2005/Atom}"
NOINDEX = '<meta name="robots" content="noindex">'
LAST = "Lire le dernier numéro"


def make_three(mailing_list: MailingList) -> list[str]:
    """Publish an issue on each of three days; return their paths, oldest first."""
    paths = []
    for number in range(3):
        with time_machine.travel(clock.now() + timedelta(days=number), tick=False):
            issue = make_issue(mailing_list, f"Numéro {number}", to=f"r{number}@example.org")
            paths.append(path_of(issue))
    return paths


def test_an_issue_is_a_page_with_its_date_its_list_and_one_way_to_sign_up(
    client: FlaskClient,
) -> None:
    issue = make_issue(make_list(), "Bonjour {{given_name|à tous}}", "Chère {{given_name|amie}}.")
    html = client.get(path_of(issue)).text
    assert '<h1 lang="fr" dir="auto">Bonjour à tous</h1>' in html
    assert "Chère amie." in html
    assert f'datetime="{issue.sent_at.isoformat()}"' in html
    assert "La Lettre nationale" in html
    assert html.count('href="/fr/join/national"') == 1


def test_the_page_has_nothing_of_a_reader_and_no_token(client: FlaskClient) -> None:
    issue = make_issue(make_list(), body="Bonjour {{given_name|amie}}. [Lire](https://p.fr/a)")
    for path in (path_of(issue), path_of(issue, language="en"), FEED):
        html = client.get(path).text
        assert FIRST_NAME not in html
        assert READER not in html
        assert not re.search(r"/(leave|why|receipt|subscriptions|confirm)/", html), path


def test_the_page_obeys_the_policy_of_all_public_pages(client: FlaskClient) -> None:
    answer = client.get(path_of(make_issue(make_list(), body="**Gras**")))
    assert "style-src 'self';" in answer.headers["Content-Security-Policy"]
    assert not [value for name, value in Markup(answer.text).attributes if name == "style"]
    assert all(each.startswith("/") for each in Markup(answer.text).sources)


def test_the_words_around_an_issue_are_in_the_language_of_the_visitor(client: FlaskClient) -> None:
    issue = make_issue(make_list(), "Des nouvelles")
    html = client.get(path_of(issue, language="en")).text
    assert '<html lang="en">' in html
    assert '<article class="panel article" lang="fr">' in html
    assert f'<link rel="canonical" href="http://localhost{path_of(issue)}">' in html


def test_messengers_show_the_title_of_an_issue(client: FlaskClient) -> None:
    choose_theme(share_id=make_picture().id)
    issue = make_issue(make_list(), "Des nouvelles")
    html = client.get(path_of(issue)).text
    for meta in ('og:type" content="article', 'og:title" content="Des nouvelles', "og:image"):
        assert meta in html
    assert f'og:url" content="http://localhost{path_of(issue)}"' in html


def test_each_issue_leads_to_its_neighbours(client: FlaskClient) -> None:
    first, second, third = make_three(make_list())
    for path, earlier, later in ((first, "", second), (second, first, third), (third, second, "")):
        html = client.get(path).text
        for rel, target in (("prev", earlier), ("next", later)):
            found = re.search(rf'<a rel="{rel}" href="([^"]*)"', html)
            assert (found[1] if found else "") == target


def test_the_archive_shows_the_newest_first_and_only_lists_with_issues(client: FlaskClient) -> None:
    paths = make_three(make_list())
    make_list("lyon", "Lyon")
    for page in (ARCHIVE, OF_LIST):
        html = client.get(page).text
        places = [html.index(f'href="{each}"') for each in paths]
        assert places == sorted(places, reverse=True)
    assert "Lyon" not in client.get(ARCHIVE).text


def test_an_empty_archive_says_so_and_leads_on(client: FlaskClient) -> None:
    make_list()
    for page, way in ((ARCHIVE, "/fr/"), (OF_LIST, "/fr/join/national")):
        html = client.get(page).text
        assert "Aucun numéro ici pour l’instant" in html
        assert f'href="{way}"' in html


@pytest.mark.both_databases
def test_an_issue_that_was_taken_back_is_gone_at_once_and_says_so_calmly(
    client: FlaskClient,
) -> None:
    issue = make_issue(make_list(), "Le secret")
    assert client.get(path_of(issue)).status_code == 200
    withdraw_issue(issue.campaign_id)
    answer = client.get(path_of(issue))
    assert answer.status_code == 410
    assert "Le secret" not in answer.text
    assert f'href="{OF_LIST}"' in answer.text
    for page in (ARCHIVE, OF_LIST, FEED):
        assert "Le secret" not in client.get(page).text
    publish_issue(issue.campaign_id, by_id=None)
    assert client.get(path_of(issue)).status_code == 200


def test_an_unknown_issue_leads_to_the_archive_of_the_list(client: FlaskClient) -> None:
    make_issue(make_list())
    make_list("lyon", "Lyon")
    for address in ("2026-01-01-rien", "x"):
        answer = client.get(f"{OF_LIST}/{address}")
        assert answer.status_code == 404
        assert f'href="{OF_LIST}"' in answer.text
    assert client.get("/fr/archive/nulle-part").status_code == 404


def test_an_issue_has_no_page_under_another_list(client: FlaskClient) -> None:
    issue = make_issue(make_list())
    make_list("lyon", "Lyon")
    assert client.get(path_of(issue, slug="lyon")).status_code == 404


def test_a_closed_list_shows_nothing_of_its_archive(client: FlaskClient) -> None:
    mailing_list = make_list()
    issue = make_issue(mailing_list, "Le secret")
    close_list(mailing_list.id)
    for page in (OF_LIST, FEED, path_of(issue)):
        assert client.get(page).status_code == 404
    assert "Le secret" not in client.get(ARCHIVE).text


@pytest.mark.both_databases
def test_a_version_that_was_altered_in_the_database_is_not_shown(client: FlaskClient) -> None:
    issue = make_issue(make_list(), body="Bonjour.")
    with transaction():
        db.session.execute(
            db.text("UPDATE campaign_version SET content = replace(content, 'Bonjour', 'Bonsoir')")
        )
    answer = client.get(path_of(issue))
    assert answer.status_code == 410
    assert "Bonsoir" not in answer.text


def test_search_engines_are_welcome_unless_the_list_says_no(client: FlaskClient) -> None:
    mailing_list = make_list()
    pages = (OF_LIST, path_of(make_issue(mailing_list)))
    assert not any(NOINDEX in client.get(each).text for each in pages)
    index_issues(mailing_list.id, is_indexed=False)
    assert all(NOINDEX in client.get(each).text for each in pages)
    assert client.get(FEED).headers["X-Robots-Tag"] == "noindex"


def test_the_feed_is_atom_with_the_texts_newest_first(client: FlaskClient) -> None:
    paths = make_three(make_list())
    answer = client.get(FEED)
    feed = ET.fromstring(answer.data)  # noqa: S314 - our own
    entries = feed.findall(f"{ATOM}entry")
    assert answer.mimetype == "application/atom+xml"
    for name in ("id", "title", "updated"):
        assert all(each.findtext(f"{ATOM}{name}") for each in (feed, *entries))
    assert [each.findtext(f"{ATOM}id") for each in entries] == [
        f"http://localhost{path}" for path in reversed(paths)
    ]
    assert entries[0].find(f"{ATOM}content").get("type") == "html"
    assert "<p>Bonjour.</p>" in str(entries[0].findtext(f"{ATOM}content"))
    assert feed.find(f"{ATOM}link[@rel='self']").get("href") == f"http://localhost{FEED}"


def test_an_empty_feed_is_valid_too(client: FlaskClient) -> None:
    make_list("a-b", "Vie & « lutte » <b>")
    feed = ET.fromstring(client.get("/archive/a-b/feed.xml").data)  # noqa: S314 - our own
    assert feed.findtext(f"{ATOM}title") == "Vie & « lutte » <b>"
    assert feed.findtext(f"{ATOM}updated")
    assert feed.findall(f"{ATOM}entry") == []


def test_pages_of_the_archive_take_one_trip_and_are_known_again(client: FlaskClient) -> None:
    for page in (path_of(make_issue(make_list())), OF_LIST, ARCHIVE, FEED):
        first = client.get(page)
        with statements() as said:
            again = client.get(page, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, len(said)) == (304, 1)


def test_another_process_shows_an_issue_and_takes_it_back_at_once(elsewhere: Flask) -> None:
    issue = make_issue(make_list())
    other = elsewhere.test_client()
    assert other.get(path_of(issue)).status_code == 200
    withdraw_issue(issue.campaign_id)
    assert other.get(path_of(issue)).status_code == 410
    publish_issue(issue.campaign_id, by_id=None)
    assert other.get(path_of(issue)).status_code == 200


def test_the_footer_leads_to_the_archive_once_there_is_an_issue(client: FlaskClient) -> None:
    mailing_list = make_list()
    assert f'href="{ARCHIVE}"' not in client.get("/fr/").text
    make_issue(mailing_list)
    assert f'href="{ARCHIVE}"' in client.get("/fr/").text


def test_the_sign_up_page_has_a_quiet_link_below_its_form(client: FlaskClient) -> None:
    mailing_list = make_list()
    assert LAST not in client.get("/fr/join/national").text
    issue = make_issue(mailing_list)
    html = client.get("/fr/join/national").text
    assert html.index("</form>") < html.index(LAST)
    assert f'href="{path_of(issue)}"' in html


def test_a_form_that_was_opened_before_an_issue_is_accepted_after_it(client: FlaskClient) -> None:
    mailing_list = make_list()
    make_subscriber(READER, mailing_list)
    html = client.get("/fr/join/national").text
    make_issue(mailing_list, to="second@example.org")
    boxes = box_values(html)
    fields = {**hidden_values(html), **boxes, "is_15": "y", "email": ADDRESS}
    assert client.post("/fr/join/national", data=fields).status_code == 303


def test_the_page_after_a_confirmation_shows_the_last_issue(client: FlaskClient) -> None:
    mailing_list = make_list()
    first, _, last = make_three(mailing_list)
    request_to_join(ADDRESS, mailing_list)
    path = link(to=ADDRESS)
    html = client.get(path).text
    client.post(path, data={**hidden_values(html), **ticked_values(html)})
    page = client.get(path).text
    assert f'href="{last}"' in page
    assert f'href="{first}"' not in page


def test_words_of_the_list_are_in_the_language_of_the_visitor(client: FlaskClient) -> None:
    mailing_list = make_list()
    issue = make_issue(mailing_list)
    own = ListWords(mailing_list.name, mailing_list.description, "fr")
    change_words(mailing_list.id, own, [ListWords("The Letter", "Once a month.", "en")])
    assert "The Letter" in client.get(path_of(issue, language="en")).text


def test_a_page_with_a_sign_up_is_not_one_of_the_archive(app: Flask, client: FlaskClient) -> None:
    make_issue(make_list())
    assert join(client, ADDRESS).status_code == 303
    assert "Set-Cookie" not in client.get(ARCHIVE).headers

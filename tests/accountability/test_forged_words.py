"""No forged word of a campaign's email is called ours, and every genuine one is (public 1, P4)."""

import dataclasses
import time
from functools import partial
from operator import methodcaller

import pytest
from flask import Flask

from supporters.accountability.email_origin import OriginDoubt, Verdict, check_origin
from supporters.archive.publication import publish_issue
from supporters.campaigns.drafts import CampaignDraft, create_campaign
from supporters.campaigns.models import Campaign, CampaignVersion
from supporters.config import Settings
from supporters.database import db, transaction
from supporters.delivery.engine.sending_engine import send_here
from supporters.languages import LANGUAGES
from supporters.mail.pasted_emails import LONGEST
from supporters.settings.language_settings import LanguageSettings
from tests.accountability.test_email_origin import headers_of, with_return_path
from tests.evidence.changed_sources import change_parts, encode_otherwise, set_header
from tests.factories.approvals import launch_ready
from tests.factories.campaigns import ANNA, RecordingTransport
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

BUDGET = 0.1  # seconds of CPU
FRIEND = "https://ami.example/programme"
MONEY = "Virez 500 euros sur FR76 3000 4000."
SUBJECT = "{{given_name|Bonjour}}, « réunion » à Dole"
BODY = (
    "Cher·e {{given_name|ami}},\n\nLisez [ceci](https://ami.example/programme). La réunion a lieu"
    " à 18 h ; l’entrée est libre !\n\n* Dole\n* Besançon & Vesoul <3\n\nÀ bientôt."
)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return the settings of a party that offers all languages."""
    return dataclasses.replace(settings, languages=LanguageSettings((*LANGUAGES,)))


def send_one(
    body: str = BODY, *, name: str | None = "Anna", language: str = "fr", subject: str = SUBJECT
) -> tuple[int, str]:
    """Send a campaign to one reader; return its id and the source of the email."""
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list, given_name=name)
    draft = CampaignDraft(
        mailing_list_id=mailing_list.id, language=language, subject=subject, body=body
    )
    campaign_id = create_campaign(draft, author_id=None).id
    assert isinstance(launch_ready(campaign_id), Campaign)
    transport = RecordingTransport()
    send_here(transport)
    ((_, content),) = transport.taken
    return campaign_id, with_return_path(content.decode(), campaign_id)


@pytest.fixture
def genuine(app: Flask) -> str:
    """Return the source of an email with a name, a link and a list."""
    return send_one()[1]


def add(text: str) -> str:
    """Return a text or HTML part with a sentence of a forger in its middle."""
    return text.replace("À bientôt.", f"À bientôt. {MONEY}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["Anna", None])
def test_a_genuine_email_of_each_language_gets_a_yes(language: str, name: str | None) -> None:
    answer = check_origin(send_one(language=language, name=name)[1])
    assert (answer.verdict, answer.doubts) == (Verdict.GENUINE, ())


@pytest.mark.parametrize(
    "name", ["Jean-Pierre", "Anne Marie", "D’Artagnan", "O'Neill", "حسن", "Zoë & Léa"[:3], "李"]
)
def test_any_name_of_a_reader_gets_a_yes_and_is_named(name: str) -> None:
    answer = check_origin(send_one(name=name)[1])
    assert (answer.verdict, answer.doubts) == (Verdict.GENUINE, ())
    assert name in "".join(answer.difference.names)


@pytest.mark.parametrize("encoding", ["base64", "8bit", "quoted-printable"])
def test_another_encoding_on_the_way_gets_a_yes(genuine: str, encoding: str) -> None:
    assert check_origin(encode_otherwise(genuine, encoding)).verdict is Verdict.GENUINE


@pytest.mark.parametrize("only", ["plain", "html", ""])
def test_a_sentence_that_was_added_is_shown(genuine: str, only: str) -> None:
    answer = check_origin(change_parts(genuine, add, only=only))
    assert answer.verdict is Verdict.ALTERED
    assert answer.doubts == (OriginDoubt.OTHER_WORDS,)
    assert answer.difference.sentences == (MONEY,)
    assert answer.sent is not None
    assert answer.sent.subject == "Bonjour, « réunion » à Dole"


def test_a_sentence_that_was_replaced_is_shown(genuine: str) -> None:
    source = change_parts(genuine, lambda text: text.replace("18 h", "19 h"))
    answer = check_origin(source)
    assert answer.difference.sentences == ("La réunion a lieu à 19 h ; l’entrée est libre !",)


def test_a_sentence_that_was_taken_out_is_told(genuine: str) -> None:
    source = change_parts(genuine, lambda text: text.replace("À bientôt.", ""))
    answer = check_origin(source)
    assert (answer.verdict, answer.doubts) == (Verdict.ALTERED, (OriginDoubt.REWRITTEN,))


def test_a_header_that_was_changed_is_named(genuine: str) -> None:
    cases = [
        ("Subject", "URGENT virement"),
        ("Subject", "Virez 500 euros au 06, « réunion » à Dole"),
        ("Reply-To", "tresorerie@evil.example"),
        ("List-Help", "<mailto:x@evil.example>"),
        ("List-Owner", "<mailto:x@evil.example>"),
        ("List-Unsubscribe", "<https://evil.example/>"),
        ("List-Id", "Autre <autre.parti.example>"),
        ("From", "Trésorerie <lettre@parti.example>"),
    ]
    for header, value in cases:
        answer = check_origin(set_header(genuine, header, value))
        assert answer.verdict is Verdict.ALTERED
        assert answer.difference.headers == (header,)
        headers = set_header(genuine, header, value).partition("\n\n")[0]
        assert check_origin(headers).verdict is Verdict.ALTERED


def test_a_second_subject_is_found(genuine: str) -> None:
    answer = check_origin(f"Subject: Virez 500 euros\r\n{genuine}")
    assert answer.difference.headers == ("Subject",)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (FRIEND, "https://ami.example/don"),
        (FRIEND, "http://localhost/fr/don"),
        ("/fr/genuine", "/fr/join/la-lettre"),
    ],
)
def test_another_path_on_a_known_site_is_found(genuine: str, before: str, after: str) -> None:
    for only in ("plain", "html"):
        source = change_parts(genuine, lambda text: text.replace(before, after), only=only)
        answer = check_origin(source)
        assert answer.verdict is Verdict.ALTERED
        assert OriginDoubt.OTHER_LINKS in answer.doubts
        assert any(after in link for link in answer.difference.links)


@pytest.mark.parametrize(
    "element",
    [
        '<a href="https://evil.example/">Don</a>',
        '<form action="https://evil.example/">',
        '<img src="https://evil.example/x.png">',
    ],
)
def test_a_link_a_form_or_a_picture_of_another_site_is_found(genuine: str, element: str) -> None:
    source = change_parts(
        genuine, lambda html: html.replace("</ul>", f"</ul>{element}"), only="html"
    )
    answer = check_origin(source)
    assert OriginDoubt.FOREIGN_LINKS in answer.doubts
    assert answer.foreign_hosts == ("evil.example",)


def test_words_in_the_code_of_the_html_and_two_names_are_no_yes(genuine: str) -> None:
    for before, after in (
        ("</body>", "<style>.card:after { content: 'Virez 500 euros' }</style></body>"),
        ("</body>", "<!--><p>Virez 500 euros</p>--></body>"),
        ("</body>", '<p title="Virez 500 euros"></p></body>'),
        ("</body>", '<div style="display: none"></body>'),
        ("Anna", "Hélène"),  # the plain text names Anna
    ):
        replaced = methodcaller("replace", before, after, 1)
        source = change_parts(genuine, replaced, only="html")
        assert check_origin(source).verdict is Verdict.ALTERED


def test_the_place_of_a_name_holds_no_sentence(genuine: str) -> None:
    names = ("Virez 500 euros", "Anna. Donnez au 0612345678", "https://evil.example/")
    for name in (*names, "a" * 61, "un " * 5):
        source = change_parts(genuine, methodcaller("replace", "Anna", name))
        assert check_origin(source).verdict is Verdict.ALTERED


def test_the_place_of_the_date_holds_a_date_only(genuine: str) -> None:
    def change(text: str) -> str:
        return text.replace("l’avez confirmé le", "l’avez confirmé le samedi, virez, le")

    assert change("l’avez confirmé le x") != "l’avez confirmé le x"
    assert check_origin(change_parts(genuine, change)).verdict is Verdict.ALTERED


def test_the_footer_of_a_mailing_list_is_named_as_not_ours(genuine: str) -> None:
    footer = "\n--\nListe des amis. Virus : aucun.\n"
    answer = check_origin(change_parts(genuine, lambda text: text + footer, only="plain"))
    assert (answer.verdict, answer.doubts) == (Verdict.ALTERED, (OriginDoubt.ADDED_WORDS,))
    assert answer.difference.sentences == ("Liste des amis.", "Virus : aucun.")


def test_a_plain_text_with_our_links_alone_is_no_yes(genuine: str) -> None:
    links = "\n".join(line for line in genuine.splitlines() if "/leave/" in line)[:400]
    source = f"{headers_of(genuine).partition('MIME-Version')[0]}\r\n{MONEY}\r\n{links}"
    answer = check_origin(source)
    assert answer.verdict is Verdict.ALTERED
    assert MONEY in answer.difference.sentences


def test_a_forward_within_another_email_is_ours_and_not_checked(genuine: str) -> None:
    body = genuine.partition("Content-Type: text/plain")[2].partition("\r\n\r\n")[2]
    forward = f"Content-Transfer-Encoding: quoted-printable\nContent-Type: text/plain\n\n> {body}"
    answer = check_origin(forward)
    assert answer.verdict in {Verdict.UNCHECKED, Verdict.ALTERED}
    assert answer.sent is not None


def test_an_email_with_a_file_is_no_yes(genuine: str) -> None:
    boundary = genuine.partition('boundary="')[2].partition('"')[0]
    file = f"--{boundary}\r\nContent-Type: application/pdf\r\n\r\nJVBERi0\r\n--{boundary}--"
    source = genuine.replace(f"--{boundary}--", file)
    assert check_origin(source).verdict is Verdict.ALTERED


def test_a_version_that_is_gone_or_was_altered_is_not_compared() -> None:
    genuine = send_one()[1]
    with transaction():
        version = db.session.scalars(db.select(CampaignVersion)).one()
        version.content = version.content.replace("18 h", "19 h")
    answer = check_origin(genuine)
    assert (answer.verdict, answer.sent) == (Verdict.UNCHECKED, None)


def test_a_long_email_is_compared_as_far_as_it_is_read() -> None:
    body = "\n\n".join(
        f"Paragraphe {number} : réunion publique à Dole, venez." * 3 for number in range(160)
    )
    genuine = send_one(f"{BODY}\n\n{body}")[1]
    assert len(genuine) > LONGEST
    assert check_origin(genuine).verdict is Verdict.GENUINE_IN_PART
    answer = check_origin(change_parts(genuine, add, only="html"))
    assert (answer.verdict, answer.difference.sentences) == (Verdict.ALTERED, (MONEY,))
    assert check_origin(change_parts(genuine, add, only="plain")).verdict is Verdict.ALTERED


def test_the_page_of_the_archive_is_named() -> None:
    campaign_id, genuine = send_one()
    publish_issue(campaign_id, by_id=None)
    answer = check_origin(genuine)
    assert answer.sent is not None
    assert "/archive/" in answer.sent.issue_url
    assert answer.sent.sent_at is not None


FILLINGS = {
    "short sentences": "<p>a.</p>",
    "sentences like ours": "<p>Cher·e x y z. Lisez.</p>",
    "links": "<p>http://localhost/leave/x http://localhost/fr/why/y</p>",
    "odd tags": "<a <b <!-- ",
    "odd entities": "&amp;&#x1;&lt",
    "names": "Anna, ",
    "dates": "29 novembre 2026 ",
}


@pytest.mark.parametrize("filling", FILLINGS)
def test_comparing_costs_little_whatever_was_added(genuine: str, filling: str) -> None:
    words = FILLINGS[filling]
    many = words * (LONGEST // len(words) // 2)
    for place in ("Cher·e", "</ul>", "Lisez", "l’avez confirmé le "):
        source = change_parts(genuine, partial(insert_after, place=place, words=many))
        costs = []
        for _ in range(3):
            begun = time.thread_time()
            assert check_origin(source).verdict is Verdict.ALTERED
            costs.append(time.thread_time() - begun)
        assert min(costs) < BUDGET, place


def insert_after(text: str, *, place: str, words: str) -> str:
    return text.replace(place, place + words, 1)

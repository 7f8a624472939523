"""Faults of a campaign that its author must correct, and doubts about its links."""

import pytest

from supporters.campaigns.content_checks import find_body_faults, find_faults
from supporters.campaigns.links.link_checks import CheckedLink, LinkDoubt, check_links, find_doubt
from supporters.campaigns.markdown import to_text
from supporters.campaigns.merge_fields import FaultKind, field_for

BODY = "Bonjour à tous."


def kinds(subject: str, body: str = BODY) -> list[FaultKind]:
    """Return the kinds of faults in a campaign."""
    return [fault.kind for fault in find_faults(subject, body)]


def kinds_of(body: str) -> list[FaultKind]:
    return kinds("Des nouvelles", body)


def test_a_plain_message_has_no_fault() -> None:
    body = "# Titre\n\n[Notre programme](https://parti.example/p)"
    assert kinds("Bonjour {{ given_name | à vous }}", body) == []


@pytest.mark.parametrize(
    "subject",
    ["Re: hier", "RE : hier", "Fwd: lisez", "fw: lisez", "FWD:x", "TR: à lire", "Aw: x", "  re:x"],
)
def test_a_subject_must_not_pose_as_an_answer(subject: str) -> None:
    assert kinds(subject) == [FaultKind.SUBJECT_POSES_AS_REPLY]


@pytest.mark.parametrize(
    "subject", ["Réunion : demain", "Rendez-vous", "Retour: le bilan", "Trêve"]
)
def test_other_subjects_that_begin_alike_are_taken(subject: str) -> None:
    assert kinds(subject) == []


@pytest.mark.parametrize(
    "body",
    [
        *("", "  \n\t\n", "---", "***\n\n---", "[a]: https://parti.example/z"),
        *("&#8203;", "\u200b\u2060", "&nbsp;", "```\n\n```", "> \n", "- \n- ", "&#173;"),
    ],
)
def test_a_message_says_something(body: str) -> None:
    assert kinds_of(body) == [FaultKind.NOTHING_TO_READ]


def test_a_message_without_a_subject_is_refused() -> None:
    assert kinds("  ") == [FaultKind.NOTHING_TO_READ]


@pytest.mark.parametrize(
    "target",
    [
        "/agenda",
        "agenda.html",
        "//evil.example/x",
        "www.parti.example",
        "ftp://parti.example/x",
        "#haut",
        "?a=b",
    ],
)
def test_a_link_needs_a_scheme_that_mail_readers_open(target: str) -> None:
    assert kinds_of(f"[Notre agenda]({target})") == [FaultKind.LINK_WITHOUT_SCHEME]


@pytest.mark.parametrize("target", ["/{{ list_name }}", "/a/{{ given_name | un ami }}"])
def test_a_link_with_a_field_in_it_is_checked_as_it_will_be_sent(target: str) -> None:
    assert kinds_of(f"[Notre agenda]({target})") == [FaultKind.LINK_WITHOUT_SCHEME]


@pytest.mark.parametrize("target", ["https://p.fr", "http://p.fr", "mailto:a@p.fr", "tel:+331"])
def test_links_to_pages_mailboxes_and_telephones_are_taken(target: str) -> None:
    assert kinds_of(f"[Nous joindre]({target})") == []


@pytest.mark.parametrize("words", ["ici", "Cliquez ici", "CLICK HERE", "**ici**", " here ", "lien"])
def test_a_link_says_where_it_leads(words: str) -> None:
    assert kinds_of(f"Lisez [{words}](https://p.fr)") == [FaultKind.LINK_TEXT_VAGUE]


@pytest.mark.parametrize("body", [".", "42", "🎉", "{{ party_name }}", "`x`", "# Titre"])
def test_little_is_something(body: str) -> None:
    assert kinds_of(body) == []


@pytest.mark.parametrize(
    "source",
    ["https://p.fr/a.png", "http://p.fr/a.png", "//p.fr/a.png", "a.png", "https://p.fr/{{x}}.png"],
)
def test_no_image_is_loaded_from_where_they_would_learn_who_opened_the_email(source: str) -> None:
    body = f"![La salle]({source})"
    in_markdown = [fault.kind for fault in find_body_faults(body)]  # of an old draft
    assert FaultKind.IMAGE_FROM_ELSEWHERE in kinds_of(body)
    assert FaultKind.IMAGE_FROM_ELSEWHERE in in_markdown


@pytest.mark.parametrize(
    ("body", "is_too_deep"),
    [
        ("> " * 19 + "cité", False),
        ("> " * 20 + "cité", True),
        ("- " * 9 + "a", False),
        ("- " * 10 + "a", True),
        ("\n".join(f"{2 * level * ' '}- niveau {level}" for level in range(12)), True),
        ("> " * 500 + "cité", True),
    ],
)
def test_a_too_deep_nesting_is_refused(body: str, is_too_deep: bool) -> None:
    found = find_faults("Des nouvelles", f"Bonjour.\n\n{body}\n\nLa fin.")
    assert [fault.kind for fault in found] == [FaultKind.NESTED_TOO_DEEP] * is_too_deep
    assert is_too_deep or "La fin." in to_text(f"{body}\n\nLa fin.")


@pytest.mark.parametrize("field", ["{{ given_name | un ami }}", "{{list_name}}"])
def test_the_address_of_a_link_has_no_field_that_would_tell_who_followed_it(field: str) -> None:
    body = f"[Le programme](https://parti.example/?pour={field})"
    assert kinds_of(body) == [FaultKind.LINK_IS_PERSONAL]


def test_the_marks_of_placeholders_cannot_be_typed() -> None:
    assert kinds("\ue0000\ue001") == [FaultKind.PRIVATE_CHARACTER]
    assert kinds_of("a\ue001") == [FaultKind.PRIVATE_CHARACTER]
    assert FaultKind.PRIVATE_CHARACTER in kinds("[x](https://t.example/?u=%EE%80%800%ee%80%81)")


def test_all_faults_are_named_at_once() -> None:
    found = kinds("Re: {{7*7}}", "[ici](/x) ![](https://p.fr/a.png) {{ given_name }}")
    assert {*found} == {
        FaultKind.SUBJECT_POSES_AS_REPLY,
        FaultKind.UNKNOWN_FIELD,
        FaultKind.FALLBACK_MISSING,
        FaultKind.LINK_WITHOUT_SCHEME,
        FaultKind.LINK_TEXT_VAGUE,
        FaultKind.IMAGE_FROM_ELSEWHERE,
    }


@pytest.mark.parametrize(
    "field",
    [
        *("*|FNAME|*", "*|UNSUB|*", "%%first_name%%", "{% if x %}", "<%= name %>", "${prenom}"),
        *("[PRENOM]", "[FirstName,fallback=ami]", "{Prénom}", "%recipient.first_name%"),
        *("##nom##", "{contact.email}"),
    ],
)
def test_a_field_of_another_program_is_named_where_it_stands(field: str) -> None:
    assert FaultKind.FOREIGN_FIELD in kinds(f"Bonjour {field}")
    escaped = "".join(f"\\{each}" if each in "*[]<%{" else each for each in field)
    assert kinds_of(f"Bonjour {escaped}, venez.") == [FaultKind.FOREIGN_FIELD]


def test_each_field_of_another_program_is_named_and_ours_offered() -> None:
    fields = ["[PRENOM]", "%%prenom%%", "##FNAME##", "{nom}"]
    found = find_faults("Samedi", f"Bonjour {' '.join(fields)} {{prenom}} [PRENOM]")
    named = [each.words for each in found if each.kind is FaultKind.FOREIGN_FIELD]
    assert named == [*fields, "{prenom}"]
    assert [*map(field_for, named)] == [*["given_name"] * 3, None, "given_name"]


@pytest.mark.parametrize(
    "text",
    ["100 % de nous, 50 % d’eux", "a * b | c * d", "Le [sic] du jour", "{1, 2}", "5 < 6 > 4"],
)
def test_marks_of_other_programs_in_a_sentence_are_no_field(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("target", "doubt"),
    [
        ("https://parti.example/programme", None),
        ("mailto:bonjour@parti.example", None),
        ("http://parti.example", LinkDoubt.NOT_SECURE),
        ("https://bit.ly/3xyz", LinkDoubt.SHORTENED),
        ("https://www.tinyurl.com/a", LinkDoubt.SHORTENED),
        ("http://T.CO/a", LinkDoubt.SHORTENED),
        ("https://[::1", LinkDoubt.UNREADABLE),
    ],
)
def test_a_doubtful_target_is_named(target: str, doubt: LinkDoubt | None) -> None:
    assert find_doubt(target) is doubt


def test_each_link_is_listed_once_in_order() -> None:
    body = "[Un](https://a.example) [deux](http://b.example) [Un](https://a.example)"
    assert check_links(body) == [
        CheckedLink("Un", "https://a.example", None),
        CheckedLink("deux", "http://b.example", LinkDoubt.NOT_SECURE),
    ]

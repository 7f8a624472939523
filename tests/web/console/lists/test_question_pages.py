"""Owners write the questions of a list; forbidden ones are refused in a sentence."""

import dataclasses

from flask import Flask
from flask.testing import FlaskClient

from supporters.audit_log.audit_events import find_newest_act
from supporters.questions.list_questions import QuestionAct
from supporters.questions.queries import Question, list_questions
from supporters.questions.rules import QuestionKind
from supporters.settings.language_settings import LanguageSettings
from tests.factories.lists import make_list
from tests.factories.questions import answer_to, make_person_with_answers, make_question
from tests.web.console.pages import followed, post, speak_english
from tests.web.public.pages import press

WRITTEN = {
    "kind": "choice",
    "label_fr": "Comment pouvez-vous aider ?",
    "label_en": "How can you help?",
    "sentence_fr": "Pour vous proposer des actions.",
    "sentence_en": "To propose actions to you.",
    "choices_fr": "Tracter\r\n\r\n  Héberger   une réunion ",
    "choices_en": "Leaflets\r\nHost a meeting",
    "days": "180",
}


def as_written(question: Question) -> dict[str, str]:
    """Return the fields of the form of a question."""
    fields = {"kind": question.kind.value, "days": str(question.days)}
    for code, words in question.words.items():
        fields[f"label_{code}"], fields[f"sentence_{code}"] = words.label, words.sentence
        fields[f"choices_{code}"] = "\r\n".join(words.choices)
    return fields


def test_a_question_is_added_shown_and_recorded(owner_client: FlaskClient) -> None:
    list_id = make_list().id
    speak_english(owner_client)
    place = f"/console/lists/{list_id}/questions/new"
    page = followed(owner_client, press(owner_client, place, **WRITTEN))
    assert "Leaflets · Host a meeting" in page
    assert "180 days" in page
    (question,) = list_questions(list_id)
    assert question.words_in("fr").choices == ("Tracter", "Héberger une réunion")
    assert find_newest_act(QuestionAct.ADDED, question.id) is not None
    form = owner_client.get(f"/console/lists/{list_id}?tab=form").text
    assert ("How can you help" in form, "1 optional question" in form) == (False, True)


def test_one_language_is_enough_and_readers_of_the_others_see_its_words(
    owner_client: FlaskClient,
) -> None:
    list_id = make_list().id
    french = {name: "" if name.endswith("_en") else words for name, words in WRITTEN.items()}
    followed(owner_client, press(owner_client, f"/console/lists/{list_id}/questions/new", **french))
    (question,) = list_questions(list_id)
    assert question.words.keys() == {"fr"}
    assert question.words_in("en").label == "Comment pouvez-vous aider ?"


def test_a_fault_names_its_language(owner_client: FlaskClient) -> None:
    place = f"/console/lists/{make_list().id}/questions/new"
    page = press(owner_client, place, **{**WRITTEN, "label_en": ""}).text
    assert "English\N{NARROW NO-BREAK SPACE}: Écrivez la question." in page


def test_a_bad_question_is_explained_and_nothing_typed_is_lost(owner_client: FlaskClient) -> None:
    cases = [
        ("label_fr", "Votre religion", "« religion » porte sur ceci"),
        ("label_en", "Your trade union", "l’appartenance à un syndicat"),
        ("choices_en", "Left-wing\nOther", "les opinions politiques"),
        ("choices_fr", "Une seule", "au moins 2 choix"),
        ("sentence_en", "", "à quoi sert la réponse"),
        ("days", "2000", "entre 1 et 1095"),
        ("days", "abc", "entre 1 et 1095"),
        ("label_fr", "", "Écrivez la question"),
    ]
    list_id = make_list().id
    place = f"/console/lists/{list_id}/questions/new"
    for field, value, says in cases:
        answer = press(owner_client, place, **{**WRITTEN, field: value})
        page = answer.text.replace("\u202f", " ").replace("\u00a0", " ")
        assert (answer.status_code, says in page) == (422, True)
        assert f'href="#{field}"' in page
        assert "To propose actions to you." in page or field == "sentence_en"
        assert list_questions(list_id) == []


def test_an_answered_question_keeps_its_words(owner_client: FlaskClient) -> None:
    mailing_list = make_list()
    question = make_question(mailing_list)
    make_person_with_answers(mailing_list, answer_to(question))
    place = f"/console/lists/{mailing_list.id}/questions/{question.id}"
    written = as_written(question)
    refused = press(owner_client, place, **{**written, "label_fr": "Autre chose"})
    assert (refused.status_code, "Fermez-la" in refused.text) == (422, True)
    followed(owner_client, press(owner_client, place, **{**written, "days": "30"}))
    (after,) = list_questions(mailing_list.id)
    assert (after.days, after.words) == (30, question.words)


def test_an_answered_question_gets_words_in_a_language_that_is_offered_later(
    app: Flask, owner_client: FlaskClient
) -> None:
    mailing_list = make_list()
    question = make_question(mailing_list)
    make_person_with_answers(mailing_list, answer_to(question))
    known = app.extensions["settings"]
    later = dataclasses.replace(known, languages=LanguageSettings(("de",)))
    app.extensions["settings"] = later
    place = f"/console/lists/{mailing_list.id}/questions/{question.id}"
    german = {
        "label_de": "Wie können Sie helfen?",
        "sentence_de": "Für Vorschläge in Ihrer Nähe.",
        "choices_de": "Flugblätter\r\nEin Treffen",
    }
    followed(owner_client, press(owner_client, place, **as_written(question), **german))
    (after,) = list_questions(mailing_list.id)
    assert after.words_in("de").choices == ("Flugblätter", "Ein Treffen")
    assert {code: after.words[code] for code in question.words} == question.words


def test_questions_are_ordered_closed_opened_and_deleted(owner_client: FlaskClient) -> None:
    mailing_list = make_list()
    first, second = make_question(mailing_list), make_question(mailing_list, QuestionKind.DATE)
    place = f"/console/lists/{mailing_list.id}/questions"
    for question, act in ((second, "up"), (first, "close"), (first, "open"), (second, "delete")):
        assert post(owner_client, f"{place}/{question.id}/{act}").status_code == 303
    assert [each.id for each in list_questions(mailing_list.id)] == [first.id]
    acts = (QuestionAct.MOVED, QuestionAct.REMOVED)
    assert all(find_newest_act(act, second.id) is not None for act in acts)


def test_a_question_of_another_list_is_not_found(owner_client: FlaskClient) -> None:
    mailing_list, other = make_list(), make_list("paris", "Paris")
    question = make_question(other)
    place = f"/console/lists/{mailing_list.id}/questions/{question.id}"
    assert owner_client.get(place).status_code == 404
    assert post(owner_client, f"{place}/close").status_code == 404
    assert list_questions(other.id)[0].is_open

"""The routes of the questions and territories of lists that accept a form."""

from supporters.lists.queries import get_list
from supporters.questions.list_questions import close_question
from tests.architecture.entry_points.rows import nobody
from tests.architecture.scenario import STRANGER, Scenario
from tests.factories.questions import make_question

WRITTEN = {
    "kind": "text",
    "days": "30",
    **dict.fromkeys(("label_fr", "label_en", "sentence_fr", "sentence_en"), STRANGER),
}


def with_question(scenario: Scenario) -> dict[str, object]:
    """Add two questions to the list; return the id of the second."""
    mailing_list = get_list(scenario.list_id)
    make_question(mailing_list)
    return {"question_id": make_question(mailing_list).id}


def with_closed_question(scenario: Scenario) -> dict[str, object]:
    """Add a closed question to the list; return its id."""
    question = make_question(get_list(scenario.list_id))
    close_question(scenario.list_id, question.id)
    return {"question_id": question.id}


def with_answerable_question(scenario: Scenario) -> dict[str, object]:
    """Add a question to the list of the subscriber, who opens My data."""
    make_question(get_list(scenario.list_id))
    return scenario.in_my_data()


QUESTION_ROUTES = {
    "console.new_question": nobody(with_=lambda _: WRITTEN),
    "console.edit_question": nobody(with_question, with_=lambda _: WRITTEN),
    "console.move_question": nobody(with_question),
    "console.close_list_question": nobody(with_question),
    "console.open_list_question": nobody(with_closed_question),
    "console.delete_question": nobody(with_question),
    "console.list_territory": nobody(
        with_=lambda _: {"departements": "69", "communes": "", "postcodes": ""}
    ),
}

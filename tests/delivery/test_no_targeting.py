"""No campaign chooses its readers by answers or places: it goes to a whole list (REQ-40, 45)."""

import pytest

from supporters.delivery.engine.sending_engine import send_here
from supporters.lists.list_territories import change_territory
from supporters.questions.rules import QuestionKind
from supporters.territory.rules import TypedTerritory
from tests.factories.campaigns import RecordingTransport, launch
from tests.factories.lists import make_list
from tests.factories.profiles import make_person_with_profile
from tests.factories.questions import answer_to, make_person_with_answers, make_question
from tests.factories.signups import ADDRESS, make_subscriber
from tests.machinery.statements import statements

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def test_a_launch_reads_no_answer_and_no_place_and_reaches_the_whole_list() -> None:
    mailing_list = make_list()
    change_territory(mailing_list.id, TypedTerritory(departements="69"))
    question = make_question(mailing_list, QuestionKind.YES_NO)
    make_person_with_profile(mailing_list)  # with a postcode
    make_person_with_answers(mailing_list, answer_to(question, "yes"), address="b@example.org")
    make_person_with_answers(mailing_list, answer_to(question, "no"), address="c@example.org")
    make_subscriber("d@example.org", mailing_list)
    transport = RecordingTransport()
    with statements() as said:
        launch(mailing_list)
        send_here(transport)
    assert sorted(transport.recipients) == sorted(
        [ADDRESS, "b@example.org", "c@example.org", "d@example.org"]
    )
    read = "\n".join(each for each in said if not each.startswith("INSERT INTO audit"))
    tables = ("list_answer", "signup_answer", "question", "list_territory")
    assert [each for each in tables if each in read] == []
    assert "WHERE" in read
    assert not [each for each in said if "postcode" in each.partition("WHERE")[2]]

"""The routes and pages of personal data breaches."""

from supporters.accounts.models import Organiser
from supporters.breaches.breach_register import (
    close_breach,
    decide_about_people,
    dismiss_notification,
)
from supporters.breaches.models import Breach
from supporters.database import db
from tests.architecture.entry_points.rows import Values, Way, nobody
from tests.architecture.scenario import STRANGER, Scenario
from tests.factories.breaches import affect, make_breach, write_notice
from tests.factories.exports import REASON

FACTS = {"what_happened": STRANGER, "kinds_of_people": STRANGER}
NOTICE = {
    f"{part}_{code}": STRANGER
    for part in ("subject", "nature", "consequences", "measures")
    for code in ("fr", "en")
}


def _open(_: Scenario) -> dict[str, object]:
    return {"breach_id": make_breach().id}


def _dismissed(_: Scenario) -> dict[str, object]:
    breach = make_breach()
    dismiss_notification(breach.id, "Le fichier était chiffré.")
    decide_about_people(breach.id, "Sans risque.", are_told=False)
    return {"breach_id": breach.id}


def _closed(scenario: Scenario) -> dict[str, object]:
    place = _dismissed(scenario)
    assert isinstance(close_breach(int(str(place["breach_id"]))), Breach)
    return place


def _affecting(_: Scenario) -> dict[str, object]:
    breach = make_breach()
    affect(breach)
    return {"breach_id": breach.id}


def _with_notice(scenario: Scenario) -> dict[str, object]:
    breach = make_breach()
    affect(breach)
    write_notice(breach, db.session.get_one(Organiser, scenario.other_id))
    return {"breach_id": breach.id}


BREACH_ROUTES: dict[str, Way] = {
    "console.new_breach": nobody(with_=lambda _: {**FACTS, "title": STRANGER}),
    "console.correct_breach": nobody(_open, with_=lambda _: FACTS),
    "console.note_breach": nobody(_open, with_=lambda _: {"note": STRANGER}),
    "console.notify_authority": nobody(_open, with_=lambda _: {"reference": STRANGER}),
    "console.dismiss_notification": nobody(_open, with_=lambda _: {"reason": STRANGER}),
    "console.decide_about_people": nobody(
        _open, with_=lambda _: {"reason": STRANGER, "are_told": "no"}
    ),
    "console.close_breach": nobody(_dismissed),
    "console.reopen_breach": nobody(_closed),
    "console.breach_people": nobody(
        _open, with_=lambda _: {"way": "addresses", "addresses": STRANGER, "since": "", "until": ""}
    ),
    "console.empty_breach_people": nobody(_affecting),
    "console.export_breach_people": nobody(_affecting, with_=lambda _: {"reason": REASON}),
    "console.breach_notice": nobody(_affecting, with_=lambda _: NOTICE),
    "console.approve_breach_notice": nobody(_with_notice, with_=lambda _: {"people": "1"}),
}
BREACH_PAGES: dict[str, Values] = {
    "console.show_breach": _with_notice,
    "console.breach_notification": _open,
    "console.breach_notice_html": lambda scenario: {**_with_notice(scenario), "code": "fr"},
    "console.correct_breach": _open,
    "console.notify_authority": _open,
    "console.dismiss_notification": _open,
    "console.decide_about_people": _open,
    "console.breach_people": _affecting,
    "console.export_breach_people": _affecting,
    "console.breach_notice": _affecting,
    "console.approve_breach_notice": _with_notice,
}

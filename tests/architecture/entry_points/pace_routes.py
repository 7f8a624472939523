"""The routes of the pace: ceilings and warm-up of a provider, connections, and their undo."""

from supporters import clock
from supporters.delivery.pace.ceilings import lower_ceiling
from supporters.delivery.pace.models import LoweringReason
from supporters.people.domain_groups import DomainGroup
from tests.architecture.entry_points.rows import nobody
from tests.architecture.scenario import Scenario

PROVIDER: dict[str, object] = {"provider": "orange"}


def _changed(scenario: Scenario) -> dict[str, object]:
    """Return the provider whose pace this account changed a moment ago."""
    former = ["orange", 9, 90, None, None, clock.now().isoformat()]
    with scenario.browser.session_transaction() as session:
        session["pace_before"] = former
    return PROVIDER


def _lowered(_scenario: Scenario) -> dict[str, object]:
    """Return a provider whose ceilings were halved."""
    lower_ceiling(DomainGroup.ORANGE, LoweringReason.RATE_LIMIT, clock.now())
    return PROVIDER


PACE_ROUTES = {
    "console.provider_pace": nobody(
        lambda _: PROVIDER, with_=lambda _: {"an_hour": "9", "a_day": "90", "plan": "none"}
    ),
    "console.undo_pace": nobody(_changed),
    "console.full_pace": nobody(_lowered),
    "console.pace_connections": nobody(with_=lambda _: {"most": "4"}),
}
PACE_FORMS_THAT_ASK = {"console.provider_pace", "console.pace_connections"}
PACE_FORMS_THAT_ASK_NOT = {"console.undo_pace", "console.full_pace"}  # they put something back

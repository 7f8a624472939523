"""The routes of the delivery set-up: its check, its keys, and the permission in spite of faults."""

from supporters.delivery_setup.setup_override import override_setup
from tests.architecture.entry_points.rows import NOBODY, nobody
from tests.architecture.scenario import Scenario
from tests.factories.returned.dkim_keys import a_waiting_key

REASON = "Tried by hand"


def _allowed(_scenario: Scenario) -> dict[str, object]:
    """Let campaigns leave in spite of faults."""
    override_setup(None, REASON)
    return {}


SETUP_ROUTES = {
    **dict.fromkeys(("console.check_delivery", "console.try_delivery"), NOBODY),
    "console.override_delivery": nobody(with_=lambda _: {"reason": REASON}),
    "console.end_delivery_override": nobody(_allowed),
    **dict.fromkeys(("console.make_dkim_key", "console.check_dkim_records"), NOBODY),
    "console.make_setup_key": NOBODY,
    "console.retire_dkim_key": nobody(lambda _: {"key_id": a_waiting_key().id}),
}
SETUP_FORMS_THAT_ASK = {"console.retire_dkim_key", "console.override_delivery"}
SETUP_FORMS_THAT_ASK_NOT = {
    # They ask DNS and the relay, or make a key that signs nothing before its record shows.
    *("console.make_dkim_key", "console.check_dkim_records", "console.make_setup_key"),
    *("console.check_delivery", "console.try_delivery"),
    "console.end_delivery_override",  # it allows less
}

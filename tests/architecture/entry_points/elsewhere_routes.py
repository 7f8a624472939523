"""The routes of the sign-up form elsewhere: in a frame, for programs, at a stall."""

from collections.abc import Mapping

from supporters import clock
from supporters.extensions import current_settings
from supporters.signup.encrypted_signups import StallKeys
from tests.architecture.entry_points.rows import Rule, Way, asks, nobody
from tests.architecture.scenario import STRANGER, Scenario
from tests.signup.test_encrypted_signups import encrypt
from tests.web.public.pages import box_values, hidden_values

AGE = {"is_15": "y"}
TYPED = {**AGE, "given_name": "Eve"}


def _for_program(scenario: Scenario) -> Mapping[str, object]:
    form = scenario.browser.get(f"/api/forms/{scenario.places['slug']}").get_json()
    boxes = {each["field"]: each["value"] for each in form["boxes"]}
    return {**form["send_back"], **boxes, **AGE}


def _stored(scenario: Scenario) -> Mapping[str, object]:
    """Return a sign-up that a tablet encrypted."""
    html = scenario.browser.get(f"/fr/stall/{scenario.places['slug']}").text
    typed_at = int(clock.now().timestamp() * 1000)
    sign_up = {**hidden_values(html), **box_values(html), **AGE, "email": STRANGER}
    key = StallKeys(current_settings().secret_keys).public_key
    return {"sealed": encrypt({**sign_up, "typed_at": typed_at}, key)}


ELSEWHERE = {
    "public.sign_up_in_frame": asks(with_=lambda _: TYPED),
    "public.sign_up_at_stall": asks(with_=lambda _: TYPED),
    "public.form_program": asks(with_=_for_program),
    "public.send_stored_signup": asks(with_=_stored),
    "public.from_our_site": nobody(),
    "hooks.take_events": Way(
        rule=Rule.PROVIDER,
        at=lambda _: {"service": "brevo"},
        with_=lambda _: {"event": "unsubscribe"},
    ),
}

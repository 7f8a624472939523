"""Templates name only attributes that their values have: Jinja shows nothing for others."""

from collections.abc import Mapping
from contextlib import closing
from typing import Any

import pytest
from flask import Flask
from jinja2 import Undefined
from jinja2.utils import missing

from supporters.consent.log_sealing import seal
from tests.architecture.scenario import FirstRows, Scenario, add_first_rows
from tests.architecture.test_entry_points import read_pages, what_to_ask
from tests.machinery.prepared_states import begins_with

pytestmark = begins_with(add_first_rows)
MAY_LACK = {"input_type", "form_action"}  # of a widget that is no input; of a request's globals
METHOD = b"&lt;built-in method"


lacking: set[str] = set()


class Noted(Undefined):
    """A value that isn't there. It notes the attributes that an object lacks."""

    def __init__(
        self, hint: str | None = None, obj: Any = missing, name: str | None = None, *rest: Any
    ) -> None:
        super().__init__(hint, obj, name, *rest)
        if obj is not missing and not isinstance(obj, Mapping) and name not in MAY_LACK:
            lacking.add(f"{type(obj).__name__}.{name}")


def test_each_page_shows_values_that_exist(
    app: Flask, prepared: FirstRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = Scenario(app, prepared)
    seal()
    asked = {endpoint: what_to_ask(app, scenario, endpoint) for endpoint in read_pages(app)}
    monkeypatch.setattr(app.jinja_env, "undefined", Noted)
    faults = {}
    for endpoint, (place, query) in asked.items():
        lacking.clear()
        with closing(scenario.browser.get(place, query_string=query, buffered=True)) as answer:
            if lacking or METHOD in answer.data:
                faults[endpoint] = sorted(lacking)
    assert faults == {}

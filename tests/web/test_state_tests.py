"""Templates ask for a state by its name."""

import pytest
from flask import Flask, render_template_string
from jinja2.exceptions import TemplateAssertionError

from supporters.campaigns.models import CampaignStatus


def test_a_template_asks_for_a_state_by_its_name(app: Flask) -> None:
    status = CampaignStatus.AWAITING_APPROVAL
    template = "{{ status is awaiting_approval }} {{ status is draft }} {{ status is not draft }}"
    assert render_template_string(template, status=status) == "True False True"


def test_nothing_is_in_no_state(app: Flask) -> None:
    assert render_template_string("{{ reason is rejected }}", reason=None) == "False"


def test_a_name_that_no_state_has_is_an_error(app: Flask) -> None:
    with pytest.raises(TemplateAssertionError):
        render_template_string("{{ status is dratf }}", status=CampaignStatus.DRAFT)


def test_a_name_of_another_kind_of_state_is_an_error(app: Flask) -> None:
    with pytest.raises(KeyError):
        render_template_string("{{ status is overdue }}", status=CampaignStatus.DRAFT)

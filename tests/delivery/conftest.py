"""A draft to two people."""

from flask import Flask

from supporters.campaigns.models import Campaign
from tests.factories.campaigns import make_draft_to_two
from tests.machinery.prepared_states import made_once


@made_once
def draft(app: Flask) -> Campaign:
    """Return a draft to two people."""
    return make_draft_to_two()

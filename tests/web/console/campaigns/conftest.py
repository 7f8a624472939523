"""The page of the campaign that a test begins with."""

import pytest

from supporters.campaigns.models import Campaign


@pytest.fixture
def page(campaign: Campaign) -> str:
    """Return the URL of the campaign."""
    return f"/console/campaigns/{campaign.id}"

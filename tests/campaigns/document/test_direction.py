"""A block of a campaign in Arabic or Hebrew runs from right to left in the email."""

import re

from flask import Flask

from supporters.delivery.message.previews import preview_campaign
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list

ARABIC = "مرحبا بكم"
BODY = f"# {ARABIC}\n\n{ARABIC}, Ada.\n\n- {ARABIC}\n\nBonjour {ARABIC}."


def test_blocks_in_arabic_run_from_right_to_left_and_others_do_not(app: Flask) -> None:
    html = preview_campaign(make_campaign(make_list(), body=BODY)).html
    assert re.findall(r'<(\w+) dir="rtl"', html) == ["h2", "p", "li"]
    assert '<p style="margin: 0 0 16px;">Bonjour' in html

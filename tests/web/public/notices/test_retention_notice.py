"""The privacy notice of the sign-up page shows the times of the retention table."""

import re

from flask import Flask
from flask.testing import FlaskClient

from supporters.database import db, transaction
from supporters.retention.models import RetentionRule
from supporters.retention.rules import Category
from tests.factories.lists import make_list
from tests.web.public.pages import hidden_values

JOIN = "/en/join/national"


def keep_people_for(days: int) -> None:
    """Set another retention time for people on a list."""
    with transaction():
        db.session.get_one(RetentionRule, Category.PEOPLE.value).days = days


def test_the_notice_says_what_the_table_says(app: Flask, client: FlaskClient) -> None:
    make_list()
    before = client.get(JOIN).text
    keep_people_for(2 * 365)
    told = [
        re.search(r"no act of yours for ([^,]+),", page).group(1)  # type: ignore[union-attr]
        for page in (before, client.get(JOIN).text, client.get("/en/privacy").text)
    ]
    assert told == ["3 years", "2 years", "2 years"]


def test_another_time_makes_another_snapshot(app: Flask, client: FlaskClient) -> None:
    make_list()
    before = hidden_values(client.get(JOIN).text)["page"]
    keep_people_for(2 * 365)
    assert hidden_values(client.get(JOIN).text)["page"] != before

"""Every table has a retention category; otherwise nothing starts."""

import pytest
from click import ClickException
from flask import Flask
from sqlalchemy import Column, Integer, Table, delete

from supporters.cli.worker_start import check_everything
from supporters.database import db, transaction
from supporters.retention.models import RetentionRule
from supporters.retention.rules import BOUNDS, Category
from supporters.retention.table_categories import (
    OTHER_TABLES,
    PERSONAL_TABLES,
    RetentionGap,
    check_retention,
    find_uncovered_tables,
)


def test_every_table_is_covered_and_every_category_has_a_rule(app: Flask) -> None:
    assert find_uncovered_tables() == []
    check_retention()
    rules = {rule.category: rule.days for rule in db.session.scalars(db.select(RetentionRule))}
    assert {*rules} == {*Category}
    assert {category for category in BOUNDS if rules[category] not in BOUNDS[category]} == set()


def test_no_table_is_named_that_is_gone_or_named_twice(app: Flask) -> None:
    assert ({*PERSONAL_TABLES} | OTHER_TABLES) - {*db.metadata.tables} == set()
    assert {*PERSONAL_TABLES} & OTHER_TABLES == set()


def test_start_of_a_worker_fails_with_a_table_without_a_category(app: Flask) -> None:
    forgotten = Table("forgotten", db.metadata, Column("id", Integer, primary_key=True))
    forgotten.create(db.engine)
    try:
        with pytest.raises(ClickException, match="table forgotten has no category"):
            check_everything()
    finally:
        db.metadata.remove(forgotten)


def test_category_without_a_rule_is_reported(app: Flask) -> None:
    with transaction():
        db.session.execute(delete(RetentionRule).where(RetentionRule.category == Category.CASES))
    with pytest.raises(RetentionGap, match="category cases has no rule"):
        check_retention()

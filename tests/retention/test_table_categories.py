"""Every table has a retention category; otherwise nothing starts."""

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import Column, Integer, Table, delete

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


def test_start_fails_with_a_table_without_a_category(app: Flask, runner: FlaskCliRunner) -> None:
    forgotten = Table("forgotten", db.metadata, Column("id", Integer, primary_key=True))
    forgotten.create(db.engine)
    try:
        started = runner.invoke(args=["worker", "--child", "0"])
    finally:
        db.metadata.remove(forgotten)
    assert started.exit_code == 1
    assert "table forgotten has no category" in started.stderr


def test_category_without_a_rule_is_reported(app: Flask) -> None:
    with transaction():
        db.session.execute(delete(RetentionRule).where(RetentionRule.category == Category.CASES))
    with pytest.raises(RetentionGap, match="category cases has no rule"):
        check_retention()

"""Rules change within the bounds of the law, and each change is recorded."""

import pytest
from flask import Flask

from supporters.retention.queries import get_days, list_changes
from supporters.retention.rule_changes import ChangeRuleResult, change_rule
from supporters.retention.rules import BOUNDS, Category
from tests.factories.accounts import make_owner

pytestmark = pytest.mark.either_database


@pytest.mark.both_databases
def test_account_time_and_reason_are_recorded(app: Flask) -> None:
    owner = make_owner()
    change_rule(Category.CASES, 730, reason="Décision du bureau.", by=owner.id)
    (change, email), *others = list_changes(limit=5)
    assert (change.days_before, change.days_after, change.reason) == (
        1826,
        730,
        "Décision du bureau.",
    )
    assert (email, others, get_days(Category.CASES)) == (owner.email, [], 730)


@pytest.mark.both_databases
@pytest.mark.parametrize("days", [0, -1, 364, 1096, 2**40])
def test_nobody_is_kept_for_longer_than_the_law_allows(app: Flask, days: int) -> None:
    outcome = change_rule(Category.PEOPLE, days, reason="x", by=None)
    assert outcome is ChangeRuleResult.OUT_OF_BOUNDS
    assert (get_days(Category.PEOPLE), [*list_changes(limit=1)]) == (1095, [])


@pytest.mark.parametrize("category", sorted({*Category} - {*BOUNDS}))
def test_a_time_that_is_promised_elsewhere_is_fixed(app: Flask, category: Category) -> None:
    assert change_rule(category, 5, reason="x", by=None) is ChangeRuleResult.FIXED


@pytest.mark.both_databases
def test_same_time_is_no_change(app: Flask) -> None:
    assert change_rule(Category.PEOPLE, 1095, reason="x", by=None) is ChangeRuleResult.SAME
    assert [*list_changes(limit=1)] == []

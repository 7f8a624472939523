"""Production is the rule: nothing but the word makes a development, and that one is closed."""

import pytest

from supporters.config import SettingsError, load_settings
from tests.test_config import PRODUCTION, STRONG_KEY, faults, load


def test_without_a_word_it_is_a_production_and_asks_for_what_that_needs() -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({})
    named = {each.split()[0].removeprefix("SUPPORTERS_") for each in refused.value.faults}
    assert named == {name for name in PRODUCTION if name != "ENV"}
    assert "SUPPORTERS_ENV=development" in refused.value.faults[1]


@pytest.mark.parametrize(
    "beside",
    [
        {"SECRET_KEYS": STRONG_KEY},
        {"MAIL_SERVER": "smtp.parti.example"},
        {"DATABASE_URL": "postgresql://a:b@db.example/c?sslmode=verify-full"},
    ],
)
def test_a_forgotten_base_url_is_refused(beside: dict[str, str]) -> None:
    assert faults(**{**beside, "BASE_URL": ""}) == ["BASE_URL"]


def test_a_production_on_a_name_of_this_machine_keeps_its_rules() -> None:
    assert faults(BASE_URL="http://localhost:5000") == ["BASE_URL"]
    settings = load(**{**PRODUCTION, "BASE_URL": "https://localhost"})
    assert settings.requires_second_factor


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"BASE_URL": "https://lettre.parti.example"}, "ENV"),
        ({"MAIL_SERVER": "smtp.parti.example"}, "MAIL_SERVER"),
        ({"TRANSACTIONAL_MAIL_SERVER": "smtp.parti.example"}, "TRANSACTIONAL_MAIL_SERVER"),
    ],
)
def test_a_development_is_not_reached_and_reaches_nobody(given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load(**given)
    assert [each.split()[0] for each in refused.value.faults] == [f"SUPPORTERS_{named}"]


def test_a_word_that_is_neither_is_a_production() -> None:
    assert faults(ENV="staging") == ["ENV"]
    assert "BASE_URL" in faults(ENV="staging", BASE_URL="")

"""A training never has the party's people or relay, and the party never has its shortcuts."""

import dataclasses
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Connection, create_engine

from supporters import clock, create_app
from supporters.config import Settings, SettingsError, load_settings
from supporters.database import db
from supporters.migrations.state import SchemaUnfit, check_database
from supporters.migrations.training_mark import ForeignDatabase, has_mark, mark_new_database
from supporters.settings.training_settings import NOT_FOR_A_TRAINING, TrainingSettings
from supporters.sign_in.training_links import read_training_link, use_training_link
from tests.conftest import running_app
from tests.factories.accounts import make_dpo, make_organiser, make_owner, sign_in
from tests.training.conftest import KEY, link_of

STRONG_KEY = "zq8Wf3-kVx0mB7_rT5yLc2Nn9HdJ6sGa"
TRAINING = {
    "TRAINING": "on",
    "BASE_URL": "https://training.parti.example",
    "SECRET_KEYS": STRONG_KEY,
    "TRAINING_KEY": KEY,
}
PARTY = {
    "ENV": "development",
    "TRAINING_URL": "https://training.parti.example",
    "TRAINING_KEY": KEY,
}


def load(variables: dict[str, str]) -> Settings:
    return load_settings({f"SUPPORTERS_{name}": value for name, value in variables.items()})


def faults(variables: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        load(variables)
    return sorted({each.split()[0].removeprefix("SUPPORTERS_") for each in refused.value.faults})


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def test_a_training_has_its_own_folder_and_database_and_no_relay() -> None:
    training, party = load(TRAINING), load({"ENV": "development"})
    assert training.instance_dir == party.instance_dir / "training"
    assert training.database_url == f"sqlite:///{training.instance_dir / 'supporters.db'}"
    assert (training.mail_server, training.mail_port) == ("127.0.0.1", 0)
    assert not training.checks_links
    assert not training.requires_second_factor


def test_settings_of_the_partys_own_installation_are_refused_in_a_training() -> None:
    values = dict.fromkeys(NOT_FOR_A_TRAINING, "postgresql://localhost/supporters")
    assert {*faults({**TRAINING, **values})} >= {*NOT_FOR_A_TRAINING}
    for name in ("DATABASE_URL", "MAIL_SERVER", "MAIL_PORT"):
        assert faults({**TRAINING, name: "25"})[0] == name


def test_keys_and_addresses_that_would_let_strangers_in_are_refused() -> None:
    assert faults({**TRAINING, "TRAINING_KEY": ""}) == ["TRAINING_KEY"]
    assert faults({**TRAINING, "TRAINING_KEY": "short"}) == ["TRAINING_KEY"]
    assert faults({**TRAINING, "TRAINING_KEY": STRONG_KEY}) == ["TRAINING_KEY"]
    assert faults({**PARTY, "TRAINING_KEY": ""}) == ["TRAINING_KEY"]
    for url in (
        "http://training.parti.example",
        "https://parti.example/x",
        "http://127.0.0.1:5000",
    ):
        assert faults({**PARTY, "TRAINING_URL": url}) == ["TRAINING_URL"]
    assert load(PARTY).training.url == "https://training.parti.example"


def test_only_an_empty_database_gets_the_mark(tmp_path: Path) -> None:
    made, empty = tmp_path / "made.db", tmp_path / "empty.db"
    with sqlite3.connect(made) as file:
        file.execute("CREATE TABLE subscriber (id INTEGER)")
    with connected(f"sqlite:///{made}") as connection:
        with pytest.raises(ForeignDatabase):
            mark_new_database(connection)
        assert not has_mark(connection)
    for _ in range(2):
        with connected(f"sqlite:///{empty}") as connection:
            mark_new_database(connection)
            assert has_mark(connection)


def test_a_training_refuses_the_partys_database(production: Flask, settings: Settings) -> None:
    with running_app(settings) as training:
        with pytest.raises(SchemaUnfit, match="the party’s own, and this is a training"):
            check_database()
        assert training.test_client().get("/console/sign-in").status_code == 503


def test_the_party_refuses_the_database_of_a_training(app: Flask, settings: Settings) -> None:
    check_database()
    with running_app(dataclasses.replace(settings, training=TrainingSettings())) as party:
        with pytest.raises(SchemaUnfit, match="that of a training"):
            check_database()
        assert party.test_client().get("/fr/").status_code == 503


@pytest.mark.both_databases
def test_no_database_of_a_server_has_the_mark(database_url: str) -> None:
    with connected(database_url) as connection:
        assert not has_mark(connection)
        with pytest.raises(ForeignDatabase):
            mark_new_database(connection)


def test_the_party_has_no_change_of_part(production: Flask) -> None:
    assert not [each for each in production.url_map.iter_rules() if "training" in each.endpoint]
    browser = sign_in(production, make_organiser())
    for path in ("play/owner", "new-day", "enter/x"):
        assert browser.post(f"/console/training/{path}").status_code == 404
    page = browser.get("/console/").text
    assert "training.css" not in page
    assert "/console/training/" not in page


def test_a_link_of_the_console_lasts_five_minutes_and_is_used_once(app: Flask) -> None:
    training = TrainingSettings(is_here=True, key=KEY)
    token = link_of().rpartition("/")[2]
    visitor = use_training_link(training, token)
    assert visitor is not None
    assert (visitor.name, visitor.language) == ("Claire", "fr")
    assert use_training_link(training, token) is None
    late, forged = link_of().rpartition("/")[2], link_of(key=KEY[::-1]).rpartition("/")[2]
    assert read_training_link(training, forged) is None
    assert read_training_link(TrainingSettings(is_here=True), late) is None
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        assert read_training_link(training, late) is None


def test_the_console_of_the_party_leads_its_team_there(production: Flask) -> None:
    for account in (make_organiser(), make_dpo()):
        browser = sign_in(production, account)
        leads = browser.get("/console/try-the-day")
        assert str(leads.location).startswith(f"{PARTY['TRAINING_URL']}/console/training/enter/")
        assert account.email not in str(leads.location)
    asked = production.test_client().get("/console/try-the-day")
    assert urlsplit(str(asked.location)).path == "/console/sign-in"
    assert (
        "/console/try-the-day"
        in sign_in(production, make_organiser("b@parti.example")).get("/console/campaigns").text
    )


def test_the_checklist_of_a_new_party_leads_there(production: Flask) -> None:
    page = sign_in(production, make_owner()).get("/console/").text
    assert 'href="/console/try-the-day"' in page.partition('aria-labelledby="first-steps"')[2]
    assert "flask training" not in page


def test_without_a_training_nothing_leads_there(settings: Settings, production: Flask) -> None:
    alone = create_app(dataclasses.replace(settings, training=TrainingSettings()))
    with alone.app_context():
        browser = sign_in(alone, make_organiser())
        assert browser.get("/console/try-the-day").status_code == 404
        assert "try-the-day" not in browser.get("/console/campaigns").text
        db.engine.dispose()

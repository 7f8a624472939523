"""Fixtures: a fresh database for each test, a real mail server on loopback, an application."""

import copy
import dataclasses
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from supporters import create_app
from supporters.accounts.models import Organiser
from supporters.config import Settings
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.logs import fault_counter
from supporters.queue import IN_MEMORY
from supporters.sign_in import refused_requests
from tests.factories.accounts import make_dpo, make_organiser, make_owner, sign_in
from tests.factories.approvals import make_approver
from tests.factories.lists import make_list
from tests.machinery.compiled_once import share_statements
from tests.machinery.databases import (
    copy_with_owners,
    make_migrated_postgres,
    make_migrated_sqlite,
    make_settings,
)
from tests.machinery.minutes import early_in_a_minute
from tests.machinery.prepared_states import (
    Build,
    PreparedState,
    attach,
    find_build,
    forget_collections,
    made_once,
    make_once,
    take_jobs,
)
from tests.machinery.threads import close_database
from tests.servers.ports import free_port
from tests.servers.postgres import PostgresServer, temporary_folder
from tests.servers.relay import Relay

os.environ["SUPPORTERS_ENV"] = "development"  # of the processes that tests start

pytest_plugins = [
    "tests.machinery.processes_of_tests",
    "tests.machinery.open_connections",
    "tests.machinery.which_database",
    "tests.servers.sample_site",
    "tests.faults.fault_summary",
    "tests.audit.keeper.proofs_summary",
]


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """Return the kind of database that this test runs on: SQLite unless marked."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="session")
def relay_server() -> Iterator[Relay]:
    """Run a real mail server for this process."""
    with Relay(free_port()) as relay:
        yield relay


@pytest.fixture
def relay(relay_server: Relay) -> Relay:
    """Return the mail server, empty, and accepting everything."""
    relay_server.reset()
    return relay_server


@pytest.fixture(scope="session")
def migrated_sqlite(shared_folder: Path) -> Path:
    """Return an SQLite file at the newest migration, to be copied."""
    return make_once(shared_folder / "migrated", make_migrated_sqlite) / "supporters.db"


@pytest.fixture(scope="session")
def postgres(shared_folder: Path) -> Iterator[PostgresServer]:
    """Run a PostgreSQL server for this process, with a migrated template."""
    prepared = make_once(shared_folder / "postgres", make_migrated_postgres)
    with temporary_folder() as data:
        copy_with_owners(prepared / "data", data)
        with PostgresServer(data) as server:
            server.connect_once("migrated")
            yield server


@pytest.fixture(scope="session")
def prepared_states(
    tmp_path_factory: pytest.TempPathFactory, relay_server: Relay, request: pytest.FixtureRequest
) -> Callable[[str, Build | None], PreparedState]:
    """Return the function that gives the state which tests begin with, for a kind of database."""

    def begin(database: str) -> PreparedState:
        if database == "sqlite":
            return PreparedState(str(request.getfixturevalue("migrated_sqlite")))
        request.getfixturevalue("postgres")
        return PreparedState("migrated")

    @cache
    def prepare(database: str, build: Build | None) -> PreparedState:
        if build is None:
            return begin(database)
        folder = tmp_path_factory.mktemp("prepared")
        if database == "sqlite":
            template = str(folder / "supporters.db")
            shutil.copy(begin(database).template, template)
            url = f"sqlite:///{template}"
        else:
            template = folder.name
            url = request.getfixturevalue("postgres").create_database(template, "migrated")
        settings = make_settings(folder, url, mail_port=relay_server.port)
        with running_app(dataclasses.replace(settings, queue_url=IN_MEMORY)) as app:
            value = build(app)
            forget_collections([value])
            return PreparedState(template, settings.instance_dir, take_jobs(), value)

    return prepare


@pytest.fixture
def prepared_state(
    database: str,
    prepared_states: Callable[[str, Build | None], PreparedState],
    request: pytest.FixtureRequest,
) -> PreparedState:
    """Return the state that this test begins with: an empty installation unless it says more."""
    return prepared_states(database, find_build(request.node))


@pytest.fixture
def prepared(prepared_state: PreparedState) -> Any:
    """Return what the function returned that made the state."""
    return copy.deepcopy(prepared_state.value)


@pytest.fixture
def prepared_values(app: Flask, prepared_state: PreparedState) -> Any:
    """Return the values of the fixtures made by `made_once`, with their rows in the session."""
    values = copy.deepcopy(prepared_state.value)
    attach(values.values())
    return values


@pytest.fixture
def database_url(
    database: str, prepared_state: PreparedState, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    """Return the address of a database of this test, in the state that it begins with."""
    if database == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        with server.temporary_copy(prepared_state.template) as url:
            yield url
        return
    file = tmp_path / "supporters.db"
    shutil.copy(prepared_state.template, file)
    yield f"sqlite:///{file}"


@pytest.fixture
def settings(
    tmp_path: Path, database_url: str, relay: Relay, prepared_state: PreparedState
) -> Settings:
    """Return the settings of a development machine with a queue in memory."""
    settings = make_settings(tmp_path, database_url, mail_port=relay.port)
    prepared_state.copy_instance(settings.instance_dir)
    return dataclasses.replace(settings, queue_url=IN_MEMORY)


@pytest.fixture
def app(settings: Settings, prepared_state: PreparedState) -> Iterator[Flask]:
    """Return the application in an application context, so that tests can call use cases."""
    with running_app(settings) as app:
        prepared_state.queue_jobs()
        yield app


@contextmanager
def running_app(settings: Settings) -> Iterator[Flask]:
    """Make an application, and enter its context."""
    app = create_app(settings)
    fault_counter.forget()  # it is one for the whole process
    app.testing = True
    app.test_client_class = FreshClient
    with app.app_context():
        share_statements(db.engine)
        yield app
        close_database()


@pytest.fixture
def production(settings: Settings) -> Iterator[Flask]:
    """Return an application that is not for development: the console needs two factors."""
    with running_app(dataclasses.replace(settings, is_development=False)) as app:
        yield app


class FreshClient(FlaskClient):
    """A browser whose requests share nothing with the context that the test runs in."""

    def open(self, *arguments: Any, **options: Any) -> Any:
        """Make a request in an application context of its own."""
        try:
            with self.application.app_context():
                return super().open(*arguments, **options)
        finally:
            db.session.rollback()  # so that the test reads what the request wrote
            db.session.expire_all()


@pytest.fixture(autouse=True)
def _count_refusals_anew() -> None:
    refused_requests.counter.__init__()  # type: ignore[misc]  # it is of the process


@pytest.fixture
def one_minute() -> Iterator[None]:
    """Begin early in a minute."""
    with early_in_a_minute():
        yield


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a visitor's browser without JavaScript."""
    return app.test_client()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """Return an operator's shell."""
    return app.test_cli_runner()


@made_once
def mailing_list(app: Flask) -> MailingList:
    """Return the list “national”."""
    return make_list()


@pytest.fixture
def organiser(app: Flask) -> Organiser:
    """Return an organiser who isn't an owner."""
    return make_organiser()


@pytest.fixture
def author(organiser: Organiser) -> Organiser:
    """Return the account that writes campaigns: the organiser."""
    return organiser


@pytest.fixture
def approver(app: Flask) -> Organiser:
    """Return the second person, who may approve campaigns."""
    return make_approver()


@pytest.fixture
def owner_client(app: Flask) -> FlaskClient:
    """Return the browser of a signed-in owner."""
    return sign_in(app, make_owner())


@pytest.fixture
def organiser_client(app: Flask, organiser: Organiser) -> FlaskClient:
    """Return the browser of the organiser, signed in."""
    return sign_in(app, organiser)


@pytest.fixture
def officer_client(app: Flask) -> FlaskClient:
    """Return the browser of a signed-in data protection officer."""
    return sign_in(app, make_dpo())

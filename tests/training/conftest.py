"""A training with few made-up people, and the browser of a member of the team who entered it."""

import dataclasses
import sqlite3
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.config import Settings
from supporters.migrations.training_mark import MARK
from supporters.settings.training_settings import TrainingSettings
from supporters.sign_in.training_links import make_training_link
from tests.conftest import running_app
from tests.web.public.pages import press

KEY = "a-key-of-the-training-that-both-installations-have"
URL = "http://localhost"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return the settings of a training, whose database has the mark."""
    mark(settings)
    return dataclasses.replace(
        settings, training=TrainingSettings(is_here=True, key=KEY), base_url=URL
    )


def mark(settings: Settings) -> None:
    """Put the mark of a training into the database of a test."""
    with sqlite3.connect(settings.database_url.removeprefix("sqlite:///")) as file:
        file.execute(f"PRAGMA application_id = {MARK}")


@pytest.fixture
def production(settings: Settings) -> Iterator[Flask]:
    """Return the party's own installation, which leads to the training."""
    with sqlite3.connect(settings.database_url.removeprefix("sqlite:///")) as file:
        file.execute("PRAGMA application_id = 0")
    training = TrainingSettings(url="https://training.parti.example", key=KEY)
    with running_app(dataclasses.replace(settings, training=training)) as app:
        yield app


def link_of(name: str = "Claire", language: str = "fr", key: str = KEY) -> str:
    """Return the path of a link into the training."""
    link = make_training_link(TrainingSettings(url=URL, key=key), name, language)
    return urlsplit(link).path


@pytest.fixture
def visitor(client: FlaskClient) -> FlaskClient:
    """Return the browser of somebody who entered. The accounts of the parts must be there."""
    assert press(client, link_of()).location == "/console/"
    return client

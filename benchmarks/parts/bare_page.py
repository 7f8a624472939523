"""The reference of a signup: a bare Flask page that inserts one row, served as our pages are."""

import os

from flask import Flask, request
from sqlalchemy import create_engine, text

app = Flask(__name__)
engine = create_engine(os.environ["BARE_DATABASE_URL"])
INSERT = text("INSERT INTO bare (address) VALUES (:address)")


def make_table() -> None:
    """Make the table of the reference."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS bare (address TEXT)"))
    engine.dispose()  # the processes of gunicorn are forked from this one


@app.post("/")
def keep() -> str:
    """Keep an address."""
    with engine.begin() as connection:
        connection.execute(INSERT, {"address": request.form["email"]})
    return "Thank you."


make_table()

"""The use cases from a shell: the operators' contract."""

from flask import Flask

from supporters.cli import campaigns, delivery, lists, organisers, people, retention
from supporters.cli.doctor import doctor
from supporters.cli.worker import worker


def init_app(app: Flask) -> None:
    """Register the commands."""
    for room in (campaigns, delivery, lists, organisers, people, retention):
        app.cli.add_command(room.group)
    app.cli.add_command(doctor)
    app.cli.add_command(worker)

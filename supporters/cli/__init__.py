"""The use cases from a shell: the operators' contract."""

from flask import Flask

from supporters.cli import campaigns, delivery, lists, organisers, people, retention, rights
from supporters.cli.develop import develop, mailbox
from supporters.cli.doctor import doctor
from supporters.cli.worker import worker


def init_app(app: Flask) -> None:
    """Register the commands."""
    for room in (campaigns, delivery, lists, organisers, people, retention, rights):
        app.cli.add_command(room.group)
    for command in (doctor, worker, develop, mailbox):
        app.cli.add_command(command)

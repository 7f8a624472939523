"""The commands for operators: each one calls a use case. Their names are a contract."""

from flask import Flask

from supporters.cli import (
    approval_commands,
    audit_commands,
    campaign_commands,
    consent_commands,
    delivery_commands,
    evidence_commands,
    import_commands,
    list_commands,
    organiser_commands,
    people_commands,
    people_import_commands,
    retention_commands,
    rights_commands,
)
from supporters.cli.develop import develop, mailbox
from supporters.cli.doctor import doctor, version
from supporters.cli.worker import worker

__all__ = [
    "approval_commands",
    "evidence_commands",
    "import_commands",
    "init_app",
    "people_commands",
    "people_import_commands",
]


def init_app(app: Flask) -> None:
    """Register the commands."""
    for module in (
        audit_commands,
        campaign_commands,
        consent_commands,
        delivery_commands,
        list_commands,
        organiser_commands,
        people_commands,
        retention_commands,
        rights_commands,
    ):
        app.cli.add_command(module.group)
    for command in (doctor, version, worker, develop, mailbox):
        app.cli.add_command(command)

"""The references: smtp-source and Flask-Mail, into the same receiver."""

import subprocess
import time
from dataclasses import dataclass

from flask import Flask
from flask_mail import Message

from benchmarks.parts.processes import cpu_of_ended
from benchmarks.parts.sink import find_program
from supporters.extensions import mailer

SESSIONS = 10
SOURCE_MESSAGES = 50_000
SOURCE_HEADERS = 110  # octets of headers before the payload of smtp-source
FLASK_MAIL_MESSAGES = 1000
LINE = "Une ligne de la lettre, ni courte ni longue.\n"


@dataclass(frozen=True, kw_only=True)
class Reference:
    """The result of a sender: messages per second, and microseconds of CPU time per message."""

    rate: float
    cpu_microseconds: float


def time_smtp_source(port: int, message_bytes: int) -> Reference:
    """Return the result of the C program: no recipients, no ledger, the same text for all."""
    size = ("-l", str(message_bytes - SOURCE_HEADERS), "-m", str(SOURCE_MESSAGES))
    command = [find_program("smtp-source"), "-d", "-s", str(SESSIONS), *size]
    used, started = cpu_of_ended(), time.monotonic()
    subprocess.run([*command, f"127.0.0.1:{port}"], check=True, cwd="/")
    return Reference(
        rate=SOURCE_MESSAGES / (time.monotonic() - started),
        cpu_microseconds=1e6 * (cpu_of_ended() - used) / SOURCE_MESSAGES,
    )


def time_flask_mail(app: Flask, message_bytes: int) -> float:
    """Return how many messages per second Flask-Mail sends over one connection."""
    lines = message_bytes // 2 // len(LINE)
    with app.app_context():
        started = time.monotonic()
        with mailer.connect() as connection:
            for number in range(FLASK_MAIL_MESSAGES):
                connection.send(
                    Message(
                        "Des nouvelles de l’été",
                        recipients=[f"reference{number}@example.org"],
                        body=LINE * lines,
                        html=f"<p>{LINE * lines}</p>",
                    )
                )
        return FLASK_MAIL_MESSAGES / (time.monotonic() - started)

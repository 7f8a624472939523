"""Hashes passwords, at most two at once in a process: each needs 64 MiB of memory.

One more waits. The others are refused at once, so that their threads answer other visitors.
"""

from threading import BoundedSemaphore
from typing import Any

from flask import Flask, current_app
from flask_security import Security

MOST_AT_ONCE = 2
MOST_WAITING = 1
LONGEST_WAIT = 4.0  # seconds
_places = BoundedSemaphore(MOST_AT_ONCE)
_queue = BoundedSemaphore(MOST_AT_ONCE + MOST_WAITING)


class PasswordsBusy(Exception):
    """Other passwords are hashed at this moment: too many wait, or none was ready in time."""


class LimitedHashing:
    """The hashing of Flask-Security, with a limit on how many hashes are made at once."""

    def __init__(self, context: Any) -> None:
        self._context = context

    def hash(self, *arguments: Any, **options: Any) -> Any:
        """Return the hash of a password. Raises PasswordsBusy."""
        return self._limited(self._context.hash, *arguments, **options)

    def verify(self, *arguments: Any, **options: Any) -> Any:
        """Tell whether a password has a hash. Raises PasswordsBusy."""
        return self._limited(self._context.verify, *arguments, **options)

    def verify_and_update(self, *arguments: Any, **options: Any) -> Any:
        """Do the same, and return a newer hash if the old one is out of date."""
        return self._limited(self._context.verify_and_update, *arguments, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    @staticmethod
    def _limited(work: Any, *arguments: Any, **options: Any) -> Any:
        if not _queue.acquire(blocking=False):
            raise PasswordsBusy
        try:
            if not _places.acquire(timeout=LONGEST_WAIT):
                raise PasswordsBusy
            try:
                return work(*arguments, **options)
            finally:
                _places.release()
        finally:
            _queue.release()


def init_app(app: Flask) -> None:
    """Limit all hashing of passwords in this process."""
    security: Security = app.extensions["security"]
    security.pwd_context = LimitedHashing(security.pwd_context)


def normalise_password(typed: str) -> str:
    """Return a password in the form that is hashed: é is one character, however it was typed."""
    security: Security = current_app.extensions["security"]
    return str(security.password_util.normalize(typed))

"""The use cases from a shell: the operators' contract."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the commands."""

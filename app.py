"""The application that flask, gunicorn and the worker load."""

from supporters import create_app

app = create_app()

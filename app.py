"""The application that flask, gunicorn and the worker load."""

import sys

from supporters import create_app
from supporters.config import SettingsError

try:
    app = create_app()
except SettingsError as error:
    sys.exit(str(error))

"""The application that flask, gunicorn and the worker load."""

import os
import sys

from supporters import create_app
from supporters.config import SettingsError

os.umask(0o077)  # what this program writes is for its own user, in any shell

try:
    app = create_app()
except SettingsError as error:
    sys.exit(str(error))

"""The application that flask, gunicorn and the worker load.

Nothing that a start makes is garbage, but Python would look through it a dozen times: a fifth of
the time of a start. Later the collector passes over it as well.
"""

import gc
import os
import sys

gc.disable()  # before the imports: they make most of the objects

from supporters import create_app  # noqa: E402
from supporters.config import SettingsError  # noqa: E402

os.umask(0o077)  # what this program writes is for its own user, in any shell

try:
    app = create_app()
except SettingsError as error:
    sys.exit(str(error))

gc.freeze()
gc.enable()

"""What gunicorn does here unless its command line says otherwise."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from supporters.config import SettingsError, load_settings

threads = 4  # waiting for the database or a visitor's network holds up nobody else
accesslog = None  # the addresses of our pages hold tokens
control_socket_disable = True

try:
    load_settings()
except SettingsError as error:  # here, once: a worker that can't start would be started again
    sys.exit(str(error))

"""The application that flask, gunicorn and the worker load.

Nothing that a start makes is garbage, but Python would look through it a dozen times: a fifth of
the time of a start. Later the collector passes over it as well.
"""

import gc
import os
import sys
from importlib import import_module
from pathlib import Path

# These libraries import others, where they are installed, for functions that nothing here uses:
# 23 MB of each process, and a seventh of its start (ADR 009).
LEFT_OUT = {
    "flask_security": ("authlib.integrations.flask_client", "webauthn"),
    "mako.exceptions": ("pygments",),
    "structlog": ("rich",),
}

gc.disable()  # before the imports: they make most of the objects
for library, others in LEFT_OUT.items():
    hidden = [each for each in others if each not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None refuses an import
    import_module(library)
    for each in hidden:
        del sys.modules[each]

from flask import Flask  # noqa: E402

from supporters import create_app  # noqa: E402
from supporters.cli.installation.guided_setup_commands import setup  # noqa: E402
from supporters.config import SettingsError  # noqa: E402
from supporters.logs import configure_logs, log_refusal  # noqa: E402

os.umask(0o077)  # what this program writes is for its own user, in any shell

try:
    app = create_app()
except SettingsError as error:
    if "setup" not in sys.argv:
        program = Path(sys.argv[0])
        is_service = "gunicorn" in {program.name, program.parent.name} or "worker" in sys.argv
        if is_service and not sys.stderr.isatty():
            configure_logs(is_development=False)
            log_refusal(error.faults)
        else:
            print(error, file=sys.stderr)  # noqa: T201 - for a person
        is_pipe = {"feedback", "read"} <= {*sys.argv}  # by 1, a mail server refuses the email
        sys.exit(os.EX_TEMPFAIL if is_pipe else 1)
    app = Flask("supporters")  # the setup asks for the settings
    app.cli.add_command(setup)

gc.freeze()
gc.enable()

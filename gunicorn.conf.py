"""What gunicorn does here unless its command line says otherwise."""

import logging
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from app import app  # here, once: a process that can't start would be started again
from supporters.database import load_tables
from supporters.logs import hide_pictures, hide_requests, log_doubt
from supporters.metering import metrics
from supporters.settings.moved_database import find_move_of
from supporters.web.preloading import load_public_pages

preload_app = True  # the processes share the memory of the program
worker_class = "supporters.server_worker.Worker"  # it tells how long a request waited
logger_class = "supporters.server_worker.ServerLogger"
threads = 4  # waiting for the database or a visitor's network holds up nobody else
accesslog = None  # the addresses of our pages hold tokens
control_socket_disable = True
limit_request_line = 8190  # a longer one gets the server's bare line, and no page of ours
forwarder_headers = ""  # SCRIPT_NAME from a visitor would move the root of the site

logging.getLogger("gunicorn.error").addFilter(hide_requests)  # they are quoted there too
logging.getLogger("gunicorn.access").addFilter(hide_pictures)  # even if an operator turns it on

settings = app.extensions["settings"]
if why := find_move_of(settings.database_url):
    sys.exit(why)
load_tables()
load_public_pages(app)
if settings.monitoring.web_metrics is not None:
    metrics.count_here(settings.instance_dir, settings.monitoring.web_metrics.port)
for doubt in settings.doubts:
    log_doubt(doubt)
for name in settings.missing_legal_notice:
    log_doubt(f"{name} is missing: no signup page opens without it.")


def child_exit(_server: object, worker: Any) -> None:
    """Forget what held only while the process lived."""
    metrics.remove_process(worker.pid)

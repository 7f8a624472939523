"""The sealing thread of a worker process: seals what waits, every few seconds.

It stands beside those that send, so that no campaign holds it up. Workers on several machines may
each have one: they take turns.
"""

import threading

from flask import Flask

from supporters.consent.log.sealing import seal
from supporters.logs import log_failure

SEAL_EVERY_SECONDS = 3.0


class SealingThread:
    """Seals until `ending` is set; whatever fails is logged and tried again."""

    def __init__(self, app: Flask, ending: threading.Event) -> None:
        self._app = app
        self._ending = ending
        self._thread = threading.Thread(target=self._seal_on, name="sealing", daemon=True)

    def start(self) -> None:
        """Begin to seal."""
        self._thread.start()

    def join(self, seconds: float) -> None:
        """Wait for the end of what is being sealed."""
        self._thread.join(seconds)

    def _seal_on(self) -> None:
        while not self._ending.is_set():
            try:
                with self._app.app_context():
                    seal()
            except Exception as error:  # a thread's outermost loop
                log_failure("log.not_sealed", error)
            self._ending.wait(SEAL_EVERY_SECONDS)

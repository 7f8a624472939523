"""The queue's jobs: a line each, calling a use case."""

from supporters import clock
from supporters.delivery import cancelling, sweeping
from supporters.delivery.engine.watching import database_time
from supporters.extensions import queue
from supporters.mail import sending as letter_sending
from supporters.rights.cases import reminding
from supporters.rights.retention import running
from supporters.rights.retention.means import current_means


@queue.job
def send_letter(letter_id: int) -> None:
    """Send a letter of the outbox."""
    letter_sending.send_letter(letter_id)


@queue.job
def skip_rest_of_cancelled() -> None:
    """Skip what is left of cancelled campaigns."""
    cancelling.skip_rest_of_cancelled()


@queue.every_minute
def send_due_letters() -> None:
    """Send letters whose job was lost, or whose time to be tried again has come."""
    letter_sending.send_due_letters()


@queue.every_minute
def sweep_deliveries() -> None:
    """Repair what dead workers and lost jobs left behind."""
    sweeping.sweep(database_time())


@queue.every_minute
def forget() -> None:
    """Forget expired signups and old letters."""
    running.purge_what_is_quick(clock.now())


@queue.every_minute
def keep_retention() -> None:
    """Once a day, go through all that is kept and forget what is past its time."""
    running.run_if_due(clock.now(), current_means())


@queue.every_minute
def remind_of_cases() -> None:
    """Write to the data protection officer of cases whose time runs out."""
    reminding.remind_of_cases(clock.now())

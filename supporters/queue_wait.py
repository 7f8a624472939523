"""How long the request of this thread waited in the queue of its web process."""

from contextvars import ContextVar

QUEUE_WAIT: ContextVar[float] = ContextVar("queue_wait", default=0)  # seconds

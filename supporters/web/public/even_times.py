"""The earliest moment of an answer, so that its time tells nothing of an address (REQ-55).

The read of an address that has asked before takes some 0.04 ms longer. Answers that would come
within `LEAST_SECONDS` all come then; on a busy machine they come later, and its load hides as much.
"""

import time

LEAST_SECONDS = 0.006


def wait_for_even_time(begun: float) -> None:
    """Wait until an answer may leave; `begun` is when its request began, by `time.monotonic`."""
    time.sleep(max(0.0, begun + LEAST_SECONDS - time.monotonic()))

"""What `flask doctor` looks at of the consent log: that it is sealed, and is the one it was."""

from datetime import timedelta

from supporters import clock
from supporters.cli.finding import Finding
from supporters.consent.log.comparing import Verdict, compare_last
from supporters.consent.log.entry_sealing import WAITED_FOR
from supporters.consent.log.keeping import heads_file
from supporters.consent.log.queries import SEALED_WITHIN, find_head, find_oldest_unsealed
from supporters.people.keys import can_open_data_keys

LOG, OUTSIDE = "consent log", "log head outside"


def look_at_log() -> Finding:
    """Tell whether what people did is sealed soon."""
    oldest = find_oldest_unsealed()
    waited = clock.now() - oldest if oldest else timedelta()
    if waited > SEALED_WITHIN:
        minutes = int(waited.total_seconds() // 60)
        how = f"Consents wait to be sealed for {minutes} minutes. Is the worker running, and does "
        return Finding(LOG, "wrong", f"{how}it log log.not_sealed or log.erasure_refused?")
    head = find_head()
    if head is None:
        return Finding(LOG, "right", "Nothing was sealed yet, and nothing waits for long.")
    if head.sealed_at - clock.now() > WAITED_FOR:
        how = "The clock of this machine is behind the time of the last head, "
        how = f"{how}{head.sealed_at.isoformat(timespec='seconds')}: nothing is sealed until it is "
        return Finding(LOG, "wrong", f"{how}past it. Set the clock right.")
    sealed = f"{head.size} entries, sealed {head.sealed_at.isoformat(timespec='seconds')}"
    return Finding(LOG, "right", f"{sealed}; nothing waits for long.")


def look_at_heads_outside() -> Finding:
    """Tell whether the database has the tree whose head was kept beside it."""
    if not can_open_data_keys():
        return Finding(OUTSIDE, "look", "It is compared once the data keys can be opened.")
    comparison = compare_last()
    if comparison is None:
        how = "This machine kept none yet: the worker that seals does it, in its instance folder."
        return Finding(OUTSIDE, "look" if find_head() else "right", how)
    return Finding(OUTSIDE, *_judge(comparison.verdict))


def _judge(verdict: Verdict) -> tuple[str, str]:
    """Return how it is, and what to do."""
    match verdict:
        case Verdict.CONTAINED:
            return "right", f"The log has the last head in {heads_file()}: it only grew since."
        case Verdict.LOST:
            return (
                "look",
                "The last head kept here was lost by a restoration that the log tells of.",
            )
        case Verdict.LONGER:
            how = "The database has fewer entries than the last head kept here. After a backup was "
            return "wrong", f"{how}put back, run: flask rights replay"
        case Verdict.FOREIGN:
            how = f"The last head in {heads_file()} was signed by another key than this database's."
            return "wrong", f"{how} If the database is new on purpose, move that file away."
        case Verdict.OUT_OF_TIME:
            how = "The heads aren't in the order of their times: a clock was put back, or a head "
            return "wrong", f"{how}slipped in. Keep everything and run: flask consent verify"
        case Verdict.DIFFERENT:
            how = "The log isn't the one whose head was kept here: it was altered. Keep everything "
            return "wrong", f"{how}and run: flask consent verify"

"""The words for a refused code."""

from datetime import timedelta

from flask_babel import gettext

from supporters.sign_in.second_factors import CodeResult, find_block
from supporters.text.local_dates import format_time

ROUND_UP = timedelta(seconds=59)  # the time is shown without seconds


def explain_code(result: CodeResult, organiser_id: int) -> str:
    """Return why a code was refused, and what to do."""
    until = find_block(organiser_id)
    if result is CodeResult.TOO_SOON and until is not None:
        return str(
            gettext(
                "There were too many wrong codes. Codes of the app are accepted again at "
                "%(time)s. A recovery code works at once.",
                time=format_time(until + ROUND_UP),
            )
        )
    return str(
        gettext(
            "This code is wrong, or was used already. Type the code that your app shows now, or "
            "a recovery code that you did not use yet."
        )
    )

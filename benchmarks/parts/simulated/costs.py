"""The measured costs that a simulation begins with: read from the file that costs.py writes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("measured_costs.json")
# CPU of wrk for a signup, and of smtp-sink for an email, in ms: they share the measured cores.
VISITOR, RECEIVER = 0.1, 0.05


@dataclass(frozen=True, kw_only=True)
class Costs:
    """CPU time in ms of each part of the installation, and what two cores did with it.

    `signup_*`: a signup with its email taken; `mail_*`: an email of a campaign once it leaves;
    `*_others`: the visitors and the receiver, which share the cores. `launch` and `check` are of a
    row before the first email, on one core each.
    """

    signup_web: float
    signup_worker: float
    signup_database: float
    signup_others: float
    mail_worker: float
    mail_database: float
    mail_others: float
    launch: float
    check: float
    row_bytes: float
    person_bytes: float
    email_bytes: float
    signups_a_second: float
    mails_a_second: float

    @property
    def signup(self) -> float:
        """CPU time of one signup in ms, on all machines."""
        return self.signup_web + self.signup_worker + self.signup_database

    @property
    def mail(self) -> float:
        """CPU time of one email of a campaign in ms, on all machines."""
        return self.mail_worker + self.mail_database


def read_two_cores(rush: Mapping[str, Any], send: Mapping[str, Any]) -> dict[str, float]:
    """Return the costs of the whole product from the results of rush.py and send.py.

    The CPU time of a worker in send.py has the check of all consents in it, which ends before the
    first email: `check_cpu_us_per_message` says how much, and `launch_cpu_us_per_message` what the
    launch took.
    """
    return {
        "signup_web": rush["whole_cpu_ms_web"],
        "signup_worker": rush["whole_cpu_ms_worker"],
        "signup_database": rush["whole_cpu_ms_database"],
        "signup_others": VISITOR + RECEIVER,
        "mail_worker": (send["cpu_us_per_message"] - send["check_cpu_us_per_message"]) / 1000,
        "mail_database": send["database_cpu_us_per_message"] / 1000,
        "mail_others": RECEIVER,
        "launch": send["launch_cpu_us_per_message"] / 1000,
        "check": send["check_cpu_us_per_message"] / 1000,
        "email_bytes": send["message_bytes"],
        "signups_a_second": rush["whole_sent_rate"],
        "mails_a_second": send["rate"],
    }


def read_costs(path: Path = FILE) -> Costs:
    """Return the costs of two cores, and the bytes of people and rows."""
    found = json.loads(path.read_text())
    largest = found["sizes"][max(found["sizes"], key=int)]
    sizes = {
        "row_bytes": found["ledger"]["whole_bytes_a_row"],
        "person_bytes": largest["person_bytes"],
    }
    return Costs(**found["two_cores"], **sizes)

"""The set-up of delivery on the sheet of a campaign: whether it lets campaigns leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from supporters import clock
from supporters.delivery_setup.findings import FindingState, stopping
from supporters.delivery_setup.setup_checks import is_exempt, list_findings
from supporters.delivery_setup.setup_override import find_override
from supporters.web.console.console_blueprint import may_open, name_of_author
from supporters.web.labels import label
from supporters.web.labels.word_tables import Tone
from supporters.web.setup_words import describe_finding

PAGE = "console.delivery_setup"


@dataclass(frozen=True, kw_only=True)
class SetupStanding:
    """The faults to correct, in words, and an owner's permission to send all the same.

    `url` is for accounts that may open the page.
    """

    tone: Tone
    faults: Sequence[str]
    allowed_by: str = ""
    reason: str = ""
    until: datetime | None = None
    url: str = ""


def describe_setup() -> SetupStanding | None:
    """Return the facts; None if nothing is checked here."""
    findings = [] if is_exempt() else list_findings()
    if not findings:
        return None
    red = [each for each in findings if each.state is FindingState.RED]
    url = url_for(PAGE) if may_open(PAGE) else ""
    obstacles, override = stopping(red), find_override(clock.now())
    shown = [f"{label(each.line)} – {describe_finding(each)}" for each in obstacles or red]
    if not obstacles or override is None:
        tone = Tone.BAD if obstacles else Tone.WARN if red else Tone.GOOD
        return SetupStanding(tone=tone, faults=shown, url=url)
    return SetupStanding(
        tone=Tone.WARN,
        faults=shown,
        allowed_by=name_of_author(override.by_id),
        reason=override.reason,
        until=override.ends_at,
        url=url,
    )

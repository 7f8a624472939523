"""`flask rights record` and `impact`: what the law wants written down, from the present facts."""

import click
from flask_babel import force_locale

from supporters import clock
from supporters.cli.output import Command, as_json, print_json
from supporters.evidence.impact_assessment import describe_impact
from supporters.evidence.processing_record import ProcessingRecord, describe_processing
from supporters.languages import TEAM_LANGUAGES


@click.command("record", cls=Command)
@as_json
@click.option("--language", type=click.Choice([*TEAM_LANGUAGES]), default="en", show_default=True)
def record(*, is_json: bool, language: str) -> None:
    """Print the record of processing (GDPR article 30).

    It is made from the current settings.
    """
    with force_locale(language):
        _print_record(describe_processing(clock.now()), is_json=is_json)


@click.command("impact", cls=Command)
@as_json
@click.option("--language", type=click.Choice([*TEAM_LANGUAGES]), default="en", show_default=True)
def impact(*, is_json: bool, language: str) -> None:
    """Print the data sheet for the impact assessment.

    It has the facts of GDPR article 35, with the present counts. The controller judges the risks.
    """
    with force_locale(language):
        _print_record(describe_impact(clock.now()), is_json=is_json)


def _print_record(described: ProcessingRecord, *, is_json: bool) -> None:
    if is_json:
        print_json(described.as_json())
        return
    for section in described.sections:
        click.echo(f"{section.title}\n{'-' * len(section.title)}")
        for line in section.lines:
            click.echo(f"- {line}")
        click.echo("")

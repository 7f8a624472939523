"""`flask campaigns languages`, `write` and `remove-language`: the texts of a draft."""

from typing import IO, NoReturn

import click

from supporters.campaigns.campaign_texts import MAX_SUBJECT
from supporters.campaigns.content_checks import find_draft_faults
from supporters.campaigns.drafts import CampaignDraft, DraftError
from supporters.campaigns.language_texts import add_language, edit_text, remove_language
from supporters.campaigns.models import Campaign
from supporters.campaigns.other_languages.queries import find_in_language, list_in_languages
from supporters.campaigns.queries import find_campaign
from supporters.cli.campaigns.campaign_commands import campaign_id, group
from supporters.cli.campaigns.draft_commands import read_body
from supporters.cli.command_texts import describe_faults
from supporters.cli.output import Cell, as_json, print_json, print_table, refuse
from supporters.cli.parameters import Line
from supporters.delivery.message.email_languages import count_readers
from supporters.languages import LANGUAGES

language = click.option("--language", type=click.Choice([*LANGUAGES]), required=True)
REFUSALS = {
    DraftError.NOT_A_DRAFT: "it was launched or deleted.",
    DraftError.LANGUAGE_TAKEN: "it has another text in this language.",
}


@group.command("languages")
@campaign_id
@as_json
def show_languages(campaign_id: int, is_json: bool) -> None:
    """Show the texts of a campaign, and how many get each.

    The first text also goes to people who have none of the other languages.
    """
    campaign = _get(campaign_id)
    counts, texts = count_readers(campaign), list_in_languages(campaign)
    others = sum(counts.get(each.language, 0) for each in texts[1:])
    rows: list[dict[str, Cell]] = [
        {
            "language": each.language,
            "is_first": each is campaign,
            "readers": sum(counts.values()) - others
            if each is campaign
            else counts.get(each.language, 0),
            "subject": each.subject,
            "faults": describe_faults(find_draft_faults(each)),
        }
        for each in texts
    ]
    if is_json:
        print_json({"texts": rows})
    else:
        print_table(rows, if_none="")


@group.command("write")
@campaign_id
@language
@click.option("--subject", type=Line(MAX_SUBJECT), required=True)
@click.option(
    "--body-file",
    type=click.File("rb"),
    required=True,
    help="The text, in Markdown and UTF-8. Use - for standard input.",
)
def write(*, campaign_id: int, language: str, subject: str, body_file: IO[bytes]) -> None:
    """Write the text of a draft in a language.

    The draft gets the language if it hasn't got it. A change makes an approval void.
    """
    campaign = _get(campaign_id)
    if find_in_language(campaign, language) is None:
        added = add_language(campaign_id, language)
        if isinstance(added, DraftError):
            _refuse(campaign_id, added)
    draft = CampaignDraft(
        mailing_list_id=campaign.mailing_list_id,
        lists=campaign.choices,
        language=language,
        subject=subject,
        body=read_body(body_file),
        internal_name=campaign.internal_name,
    )
    other = None if language == campaign.language else language
    written = edit_text(campaign_id, other, draft)
    if isinstance(written, DraftError):
        _refuse(campaign_id, written)
    faults = describe_faults(find_draft_faults(written))
    click.echo(f"Stored. Correct this before the launch: {faults}." if faults else "Stored.")


@group.command("remove-language")
@campaign_id
@language
def remove(campaign_id: int, language: str) -> None:
    """Remove the text of a draft in a language. It stays in the history of the console."""
    _get(campaign_id)
    removed = remove_language(campaign_id, language)
    if removed is DraftError.UNKNOWN:
        refuse("It has no other text in this language. The first one can't be removed.")
    if isinstance(removed, DraftError):
        _refuse(campaign_id, removed)
    click.echo("Removed.")


def _get(campaign_id: int) -> Campaign:
    campaign = find_campaign(campaign_id)
    if campaign is None:
        refuse(f"There is no campaign {campaign_id}. See them with: flask campaigns list")
    return campaign


def _refuse(campaign_id: int, why: DraftError) -> NoReturn:
    refuse(f"Campaign {campaign_id} was not changed: {REFUSALS.get(why, why.name.lower())}")

"""`flask campaigns create`: stores a draft to one or several lists."""

from collections.abc import Sequence
from typing import IO

import click

from supporters.campaigns.campaign_lists import ListChoice
from supporters.campaigns.campaign_texts import MAX_SUBJECT
from supporters.campaigns.content_checks import find_faults
from supporters.campaigns.drafts import CampaignDraft, create_campaign
from supporters.campaigns.models import MAX_BODY
from supporters.cli.campaigns.campaign_commands import group
from supporters.cli.command_texts import describe_faults
from supporters.cli.offered_language import offered_language
from supporters.cli.output import as_json, print_json, refuse
from supporters.cli.parameters import Line, Slug
from supporters.languages import LANGUAGES
from supporters.lists.queries import find_list_by_slug


@group.command("create")
@click.option(
    "--list",
    "slugs",
    type=Slug(),
    required=True,
    multiple=True,
    help="A list that gets it. Give it several times for several lists: each person gets it once, "
    "by the first one that they are on.",
)
@click.option("--subject", type=Line(MAX_SUBJECT), required=True)
@click.option(
    "--body-file",
    type=click.File("rb"),
    required=True,
    help="The text, in Markdown and UTF-8. Use - for standard input.",
)
@click.option(
    "--language",
    type=click.Choice([*LANGUAGES]),
    help="The language of the text, header and footer. [default: the first of the site]",
)
@as_json
def create(
    *, slugs: Sequence[str], subject: str, body_file: IO[bytes], language: str | None, is_json: bool
) -> None:
    """Store a draft and print its id."""
    lists = tuple(ListChoice(_get_list_id(slug)) for slug in slugs)
    draft = CampaignDraft(
        mailing_list_id=lists[0].mailing_list_id,
        lists=lists,
        language=offered_language(language),
        subject=subject,
        body=read_body(body_file),
    )
    if faults := find_faults(draft.subject, draft.body):
        refuse(f"Not stored. Correct this: {describe_faults(faults)}.")
    created = create_campaign(draft, author_id=None)
    if is_json:
        print_json({"id": created.id})
    else:
        click.echo(created.id)


def _get_list_id(slug: str) -> int:
    """Return the id of the list with an address. Raises click.ClickException if there is none."""
    mailing_list = find_list_by_slug(slug)
    if mailing_list is None:
        refuse(f"There is no list with the address {slug}. See them with: flask lists show")
    return mailing_list.id


def read_body(file: IO[bytes]) -> str:
    """Return the text of a campaign. Raises click.ClickException if it isn't valid."""
    raw = file.read(4 * MAX_BODY + 1)
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        message = f"The body isn't UTF-8: byte {error.start} is not part of a character."
        raise click.ClickException(message) from error
    if "\0" in text:
        raise click.ClickException("The body contains a NUL character. Is it really a text?")
    if len(text) > MAX_BODY:
        raise click.ClickException(f"The body is longer than {MAX_BODY} characters. Shorten it.")
    return text

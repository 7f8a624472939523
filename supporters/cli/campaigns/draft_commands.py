"""`flask campaigns create`: stores a draft."""

from typing import IO

import click

from supporters.campaigns.content_checks import find_faults
from supporters.campaigns.drafts import CampaignDraft, create_campaign
from supporters.campaigns.models import MAX_BODY, MAX_SUBJECT
from supporters.cli.campaigns.campaign_commands import group
from supporters.cli.command_texts import describe_faults
from supporters.cli.offered_language import offered_language
from supporters.cli.output import as_json, print_json, refuse
from supporters.cli.parameters import Line, Slug
from supporters.languages import LANGUAGES
from supporters.lists.queries import find_list_by_slug


@group.command("create")
@click.option("--list", "slug", type=Slug(), required=True, help="The list that gets it.")
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
    *, slug: str, subject: str, body_file: IO[bytes], language: str | None, is_json: bool
) -> None:
    """Store a draft and print its id."""
    mailing_list = find_list_by_slug(slug)
    if mailing_list is None:
        refuse(f"There is no list with the address {slug}. See them with: flask lists show")
    draft = CampaignDraft(
        mailing_list_id=mailing_list.id,
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

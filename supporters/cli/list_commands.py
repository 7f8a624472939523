"""`flask lists`: creates mailing lists and shows their figures."""

import click

from supporters import clock
from supporters.cli.output import Cell, Group, as_json, print_json, print_table, refuse
from supporters.cli.parameters import Line, Slug
from supporters.languages import DEFAULT_LANGUAGE
from supporters.lists.mailing_lists import ListDraft, create_list
from supporters.lists.models import MAX_DESCRIPTION, MAX_NAME, MailingList
from supporters.mail.links import link_to
from supporters.signup.signup_stats import ListStats, list_stats

group = Group("lists", help="Create and show mailing lists.")


@group.command("create")
@click.argument("slug", type=Slug())
@click.option("--name", type=Line(MAX_NAME), required=True, help="The name that people read.")
@click.option(
    "--description",
    type=Line(MAX_DESCRIPTION, may_be_empty=True),
    default="",
    help="The subject of the list, in a sentence or two.",
)
def create(slug: str, name: str, description: str) -> None:
    """Create a list. SLUG is its name in page addresses."""
    created = create_list(ListDraft(slug=slug, name=name, description=description))
    if not isinstance(created, MailingList):
        refuse(f"A list with the address {slug} exists already. Choose another one.")
    click.echo(_signup_url(created))


@group.command("show")
@click.argument("slug", type=Slug(), required=False)
@as_json
def show(slug: str | None, is_json: bool) -> None:
    """Show all lists, or one, with figures."""
    figures = list_stats(clock.now())
    rows = [_row(each) for each in figures if slug in {None, each.mailing_list.slug}]
    if slug and not rows:
        refuse(f"There is no list with the address {slug}. See them with: flask lists show")
    if not is_json:
        print_table(rows, if_none="There is no list yet. Make one with: flask lists create")
    else:
        print_json(rows[0] if slug else {"lists": rows})


def _row(figures: ListStats) -> dict[str, Cell]:
    mailing_list = figures.mailing_list
    return {
        "id": mailing_list.id,
        "slug": mailing_list.slug,
        "name": mailing_list.name,
        "confirmed": figures.confirmed,
        "pending": figures.pending,
        "left": figures.left,
        "is_open": mailing_list.is_open,
        "signup_url": _signup_url(mailing_list),
    }


def _signup_url(mailing_list: MailingList) -> str:
    return link_to("public.join", lang_code=DEFAULT_LANGUAGE, slug=mailing_list.slug)

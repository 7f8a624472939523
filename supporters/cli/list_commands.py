"""`flask lists`: creates and changes mailing lists, and shows their figures."""

import click

from supporters import clock
from supporters.cli.output import Cell, Group, as_json, print_json, print_table, refuse
from supporters.cli.parameters import Line, Slug
from supporters.languages import DEFAULT_LANGUAGE, LANGUAGES
from supporters.lists.mailing_lists import (
    DeleteListError,
    ListDraft,
    change_words,
    close_list,
    create_list,
    delete_list,
    move_list,
    offer_elsewhere,
    open_list,
)
from supporters.lists.models import (
    MAX_DESCRIPTION,
    MAX_NAME,
    ListWords,
    MailingList,
    list_all_words,
)
from supporters.lists.queries import find_list_by_slug, list_lists
from supporters.mail.links import link_to
from supporters.public_languages import default_public_language
from supporters.signup.pending_counts import count_pending
from supporters.signup.signup_stats import ListStats, list_stats
from supporters.web.labels import Use, label

EVERYWHERE, OWN_PAGE = "everywhere", "own-page"
PLACES = {"up": -1, "down": 1}
group = Group("lists", help="Create, change and show mailing lists.")


@group.command("create")
@click.argument("slug", type=Slug())
@click.option("--name", type=Line(MAX_NAME), required=True, help="The name that people read.")
@click.option(
    "--description",
    type=Line(MAX_DESCRIPTION, may_be_empty=True),
    default="",
    help="The subject of the list, in a sentence or two.",
)
@click.option(
    "--language",
    type=click.Choice([*LANGUAGES]),
    default=DEFAULT_LANGUAGE,
    show_default=True,
    help="The language of both.",
)
@click.option("--draft", "is_draft", is_flag=True, help="Hide the list until it is opened.")
def create(slug: str, *, name: str, description: str, language: str, is_draft: bool) -> None:
    """Create a list. SLUG is its name in page addresses."""
    draft = ListDraft(
        slug=slug, name=name, description=description, language=language, is_draft=is_draft
    )
    created = create_list(draft)
    if not isinstance(created, MailingList):
        refuse(f"A list with the address {slug} exists already. Choose another one.")
    click.echo(_signup_url(created))


@group.command("words")
@click.argument("slug", type=Slug())
@click.option("--name", type=Line(MAX_NAME), required=True, help="The name that people read.")
@click.option(
    "--description",
    type=Line(MAX_DESCRIPTION, may_be_empty=True),
    default="",
    help="The subject of the list, in a few words.",
)
@click.option(
    "--language",
    type=click.Choice([*LANGUAGES]),
    default=DEFAULT_LANGUAGE,
    show_default=True,
    help="The language of both. The other languages keep their words.",
)
def words(slug: str, *, name: str, description: str, language: str) -> None:
    """Change the name and the description of a list in a language.

    The consent text stays: an owner changes it in the console.
    """
    found = get_list_of_slug(slug)
    known = {each.language: each for each in list_all_words(found)}
    first, *others = (known | {language: ListWords(name, description, language)}).values()
    if not change_words(found.id, first, others):
        refuse("Nothing was changed: the list has these words already.")
    click.echo(f"Changed. In {language}, the list is called “{name}”.")


@group.command("open")
@click.argument("slug", type=Slug())
def open_(slug: str) -> None:
    """Open the signup page of a draft or of a closed list."""
    found = get_list_of_slug(slug)
    if not open_list(found.id):
        refuse("The list is open already.")
    click.echo(_signup_url(found))


@group.command("close")
@click.argument("slug", type=Slug())
def close(slug: str) -> None:
    """Close the signup page of a list. Its subscribers stay."""
    if not close_list(get_list_of_slug(slug).id):
        refuse("The list is not open.")
    click.echo("Closed. You can still write to its subscribers.")


@group.command("move")
@click.argument("slug", type=Slug())
@click.argument("where", type=click.Choice([*PLACES]))
def move(slug: str, where: str) -> None:
    """Move a list up or down by one place in the order of the pages."""
    if not move_list(get_list_of_slug(slug).id, PLACES[where]):
        refuse("The list is at this end already.")
    click.echo(" ".join(each.slug for each in list_lists()))


@group.command("offer")
@click.argument("slug", type=Slug())
@click.argument("where", type=click.Choice([EVERYWHERE, OWN_PAGE]))
def offer(slug: str, where: str) -> None:
    """Offer a list everywhere, or on its own page only."""
    if not offer_elsewhere(get_list_of_slug(slug).id, is_offered=where == EVERYWHERE):
        refuse("Nothing was changed: the list is offered there already.")
    click.echo("Changed.")


@group.command("delete")
@click.argument("slug", type=Slug())
def delete(slug: str) -> None:
    """Delete a list that nobody was ever on."""
    match delete_list(get_list_of_slug(slug).id):
        case DeleteListError() as reason:
            refuse(label(reason, Use.SHELL))
        case freed:
            click.echo(f"Deleted. The address {freed} is free.")


def get_list_of_slug(slug: str) -> MailingList:
    """Return the list with this slug, or end with the reason."""
    found = find_list_by_slug(slug)
    if found is None:
        refuse(f"There is no list with the address {slug}. See them with: flask lists show")
    return found


@group.command("show")
@click.argument("slug", type=Slug(), required=False)
@as_json
def show(slug: str | None, is_json: bool) -> None:
    """Show all lists, or one, with figures."""
    figures = list_stats(count_pending(clock.now()))
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
        "status": mailing_list.status.value,
        "is_offered_elsewhere": mailing_list.is_offered_elsewhere,
        "signup_url": _signup_url(mailing_list),
    }


def _signup_url(mailing_list: MailingList) -> str:
    return link_to("public.join", lang_code=default_public_language(), slug=mailing_list.slug)

"""The territory of a list: owners name the places whose people the list is offered to."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.lists.list_territories import change_territory, find_territory, write_territory
from supporters.territory.rules import PlaceKind
from supporters.web.console.console_blueprint import LIST, console, owners_only
from supporters.web.console.lists.list_forms import TerritoryForm
from supporters.web.console.lists.list_pages import get_list_or_404

UNPROCESSABLE = 422


@console.route(f"/lists/{LIST}/territory", methods=["GET", "POST"])
@owners_only
def list_territory(list_id: int) -> ResponseReturnValue:
    """Show and change the territory of a list."""
    mailing_list = get_list_or_404(list_id)
    places = write_territory(find_territory(list_id))
    form = TerritoryForm(
        data={
            "departements": ", ".join(places[PlaceKind.DEPARTEMENT]),
            "communes": "\n".join(places[PlaceKind.COMMUNE]),
            "postcodes": "\n".join(places[PlaceKind.POSTCODE]),
        }
    )
    if form.validate_on_submit():
        match change_territory(list_id, form.typed()):
            case bool(is_changed):
                words = gettext("The territory is saved."), gettext("Nothing was changed.")
                flash(words[0] if is_changed else words[1], "success" if is_changed else "info")
                return redirect(url_for("console.show_list", list_id=list_id), 303)
            case faults:
                form.show_faults(faults)
    page = render_template(
        "console/lists/list_territory.html", form=form, mailing_list=mailing_list
    )
    return page, UNPROCESSABLE if form.is_submitted() else 200

"""The territory of a list: owners name the places whose people the list is offered to."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.lists.list_territories import change_territory, find_territory, write_territory
from supporters.web.console.console_blueprint import LIST, console, owners_only
from supporters.web.console.lists.list_forms import TerritoryForm
from supporters.web.console.lists.list_pages import after_change_of_list, get_list_or_404


@console.route(f"/lists/{LIST}/territory", methods=["GET", "POST"])
@owners_only
def list_territory(list_id: int) -> ResponseReturnValue:
    """Show and change the territory of a list."""
    mailing_list = get_list_or_404(list_id)
    form = TerritoryForm(write_territory(find_territory(list_id)))
    if form.validate_on_submit():
        match change_territory(list_id, form.typed()):
            case bool(is_changed):
                words = gettext("The territory is saved.")
                return after_change_of_list(list_id, words if is_changed else None)
            case faults:
                form.show_faults(faults)
    return form.render("console/lists/list_territory.html", mailing_list=mailing_list)

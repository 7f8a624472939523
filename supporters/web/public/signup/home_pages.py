"""The home page: the sign-up form of the lists that are offered on all pages."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from supporters.extensions import csrf, current_settings
from supporters.fast_path.site_edition import use_present_edition
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.signup.join_page_finder import find_home_form
from supporters.web.public.signup.list_cards import list_cards
from supporters.web.public.signup.signup_pages import take_signup


@public.get(f"/{LANGUAGE}/")
def home() -> ResponseReturnValue:
    """Show the form of the offered lists; if there is none, the lists that people can join."""
    is_open = not current_settings().missing_legal_notice
    use_present_edition()
    form_page = find_home_form() if is_open else None
    if form_page is not None:
        return form_page.show_blank()
    return render_template("public/signup/home.html", lists=list_cards())


@public.post(f"/{LANGUAGE}/")
@csrf.exempt  # the form checks its own token, so that a failure keeps the typed values
def sign_up_at_home() -> ResponseReturnValue:
    """Process the form of the home page, as that of a list."""
    return take_signup(find_home_form) or redirect(url_for("public.home"), 303)

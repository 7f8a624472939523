"""A campaign is moved in the week with the mouse, or with the keyboard alone; and goes back."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.lists.models import MailingList
from supporters.sending_times.ballots import add_ballot
from supporters.text.local_dates import date_in
from supporters.web.console.campaigns.week.week_grid import find_monday
from tests.browser.conftest import WIDE, look_at
from tests.browser.pages_of_app import open_pages
from tests.browser.widths import what_is_too_wide
from tests.factories.approvals import allow_alone
from tests.factories.campaigns import launch, reload
from tests.factories.lists import make_list
from tests.factories.sending_day.sending_times import draft_of, open_in_daytime
from tests.factories.sending_day.weeks import approve, at, next_monday, plan_at
from tests.factories.signups import make_subscriber

pytestmark = pytest.mark.browser

HIGH = {"width": 1280, "height": 2400}  # all hours at once: no test scrolls while it drags


@pytest.fixture(name="mailing_list")
def list_with_people(app: Flask) -> MailingList:
    mailing_list = make_list()
    for name in ("anna", "boris"):
        make_subscriber(f"{name}@example.org", mailing_list)
    allow_alone()
    return mailing_list


def open_week(page: Page) -> None:
    """Open the coming week."""
    page.goto(f"/console/campaigns/week?from={next_monday()}")
    page.wait_for_load_state()


def drag(page: Page, campaign: Campaign, moment: datetime) -> None:
    """Drag a card to a quarter of an hour, and keep it there."""
    card = page.locator(f"#campaign-{campaign.id} .week-title").bounding_box()
    hour = page.locator(hour_at(moment)).bounding_box()
    assert card is not None
    assert hour is not None
    page.mouse.move(card["x"] + 5, card["y"] + 5)
    page.mouse.down()
    down = hour["y"] + hour["height"] * (moment.minute + 5) / 60
    page.mouse.move(hour["x"] + hour["width"] / 2, down, steps=5)


def hour_at(moment: datetime) -> str:
    """Return the selector of the hour of the grid that has a moment."""
    return f'.week-hour[data-at="{moment.replace(minute=0).astimezone(UTC).isoformat()}"]'


def middle_of(page: Page, selector: str) -> tuple[float, float]:
    """Return a point a little below the middle of an element."""
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 1


def slide(page: Page, begin: tuple[float, float], end: tuple[float, float]) -> None:
    """Put a finger down, slide it to another place, and lift it."""
    session = page.context.new_cdp_session(page)
    steps = [
        tuple(a + (b - a) * n / 10 for a, b in zip(begin, end, strict=True)) for n in range(11)
    ]
    for number, (x, y) in enumerate(steps):
        kind = "touchMove" if number else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_card_is_dragged_to_another_hour_and_goes_back_by_one_press(
    browser: Browser, app: Flask, owner_client: FlaskClient, mailing_list: MailingList
) -> None:
    planned = plan_at(at(1, "09:00"), mailing_list, "Samedi")
    with open_pages(browser, app, owner_client, viewport=HIGH) as page:
        open_week(page)
        drag(page, planned, at(3, "14:30"))
        expect(page.locator(".week-slot")).to_have_text("14:30")
        expect(page.locator("#week-words")).to_contain_text("jeudi")
        page.mouse.up()
        told = page.locator("#week-words")
        expect(told).to_contain_text("« Samedi » part le jeudi")
        assert reload(planned.id).send_at == at(3, "14:30")
        expect(page.locator(".week-day").nth(3).locator(".week-card")).to_contain_text("14:30")
        told.get_by_role("button", name="Annuler").click()
        expect(page.locator(".week-day").nth(1).locator(".week-card")).to_contain_text("09:00")
    assert reload(planned.id).send_at == at(1, "09:00")


def test_a_drop_that_is_refused_says_why_and_moves_nothing(
    browser: Browser, app: Flask, owner_client: FlaskClient, mailing_list: MailingList
) -> None:
    add_ballot(draft_of("Municipales", day=at(6, "00:00").date()), None)
    planned = plan_at(at(1, "09:00"), mailing_list, "Samedi")
    with open_pages(browser, app, owner_client, viewport=HIGH) as page:
        open_week(page)
        drag(page, planned, at(5, "14:30"))
        expect(page.locator("#week-words")).to_contain_text("Silence électoral")
        page.mouse.up()
        expect(page.locator("#week-words .message-bad")).to_contain_text("Municipales")
        drag(page, planned, at(2, "14:30"))
        page.keyboard.press("Escape")
        page.mouse.up()
        expect(page.locator("#week-words")).to_contain_text("n’a pas été déplacée")
        expect(page.locator(".week-day").nth(1).locator(".week-card")).to_contain_text("09:00")
    assert reload(planned.id).send_at == at(1, "09:00")


def test_the_keyboard_alone_gives_an_hour_and_another_one(
    browser: Browser, app: Flask, owner_client: FlaskClient, mailing_list: MailingList
) -> None:
    open_in_daytime()
    approved = approve(mailing_list, "Appel")
    grip = f"#campaign-{approved.id} .week-grip"
    with open_pages(browser, app, owner_client, viewport=WIDE) as page:
        open_week(page)
        page.locator(grip).focus()
        page.keyboard.press("Enter")
        expect(page.locator("#week-words")).to_contain_text("est saisie")
        for key in ("ArrowRight", "ArrowDown", "ArrowDown", "Enter"):
            page.keyboard.press(key)
        expect(page.locator("#week-words")).to_contain_text("« Appel » part le mardi")
        assert reload(approved.id).send_at == at(1, "08:30")
        expect(page.locator(grip)).to_be_focused()
        for key in ("Enter", *["ArrowUp"] * 3, "Enter"):
            page.keyboard.press(key)
        expect(page.locator("#week-words")).to_contain_text("hors de la plage d’envoi")
        assert reload(approved.id).send_at == at(1, "07:45")
        for key in ("Enter", "ArrowLeft", "ArrowLeft"):
            page.keyboard.press(key)
        expect(page.locator("#week-words")).to_contain_text("hors de cette semaine")
        page.keyboard.press("Escape")
        expect(page.locator("#week-words")).to_contain_text("n’a pas été déplacée")
    assert reload(approved.id).send_at == at(1, "07:45")


def test_french_says_the_first_of_a_month_in_its_own_way(
    browser: Browser, app: Flask, owner_client: FlaskClient, mailing_list: MailingList
) -> None:
    approved = approve(mailing_list, "Appel")
    first = (clock.now().date().replace(day=1) + timedelta(days=40)).replace(day=1)
    with open_pages(browser, app, owner_client, viewport=WIDE) as page:
        page.goto(f"/console/campaigns/week?from={find_monday(first)}")
        page.locator(f"#campaign-{approved.id} .week-grip").press("Enter")
        for key in ["ArrowDown", *["ArrowRight"] * first.weekday()]:
            page.keyboard.press(key)
        expect(page.locator("#week-words")).to_contain_text(date_in(first, "fr", "EEEE d MMMM"))


def test_a_card_that_was_picked_up_goes_where_the_pointer_presses(
    browser: Browser, app: Flask, owner_client: FlaskClient, mailing_list: MailingList
) -> None:
    planned = plan_at(at(1, "09:00"), mailing_list, "Samedi")
    with open_pages(browser, app, owner_client, viewport=HIGH) as page:
        open_week(page)
        page.locator(".week-grip").click()
        page.locator(hour_at(at(4, "17:00"))).click(position={"x": 20, "y": 3})
        expect(page.locator("#week-words")).to_contain_text("« Samedi » part le vendredi")
    assert reload(planned.id).send_at == at(4, "17:00")


def test_a_card_is_dragged_by_a_finger_on_a_tablet_and_the_page_stays(
    browser: Browser, app: Flask, owner_client: FlaskClient, mailing_list: MailingList
) -> None:
    planned = plan_at(at(1, "09:00"), mailing_list, "Samedi")
    tablet = {"viewport": WIDE, "has_touch": True, "is_mobile": True}
    with open_pages(browser, app, owner_client, **tablet) as page:
        open_week(page)
        page.locator(".week-grip").scroll_into_view_if_needed()
        before = page.evaluate("scrollY")
        begin, end = middle_of(page, ".week-grip"), middle_of(page, hour_at(at(3, "11:30")))
        slide(page, begin, end)
        expect(page.locator("#week-words")).to_contain_text("« Samedi » part le jeudi")
        assert page.evaluate("scrollY") == before
    assert reload(planned.id).send_at == at(3, "11:30")


def test_the_week_is_a_list_on_a_telephone_and_nothing_is_too_wide(
    browser: Browser, app: Flask, owner_client: FlaskClient, mailing_list: MailingList
) -> None:
    open_in_daytime()
    add_ballot(draft_of("Municipales partielles", day=at(6, "00:00").date()), None)
    launch(mailing_list, "Merci pour tout")
    approve(mailing_list, "Un appel aux dons avec un titre fort long pour une petite carte")
    plan_at(at(1, "09:00"), mailing_list, "Anticonstitutionnellement parlant")
    plan_at(at(1, "23:15"), mailing_list, "Le soir")
    with open_pages(browser, app, owner_client, viewport=WIDE) as page:
        open_week(page)
        look_at(page, "85-week")
        page.goto("/console/campaigns/week")
        look_at(page, "86-this-week")
        page.set_viewport_size({"width": 320, "height": 640})
        open_week(page)
        assert what_is_too_wide(page) == []
        expect(page.locator(".week-grip").first).not_to_be_visible()
        page.locator(".week-card summary").first.press("Enter")
        page.get_by_role("link", name="Choisir une heure…").click()
        page.locator("[name=day]").fill(str(next_monday()))
        page.locator("[name=hour]").fill("22:00")
        expect(page.locator(".hour-notes")).to_contain_text("hors de la plage d’envoi")
        look_at(page, "87-hour")


def test_the_week_and_its_ways_to_another_hour_need_no_script(
    browser: Browser, app: Flask, owner_client: FlaskClient, mailing_list: MailingList
) -> None:
    planned = plan_at(at(1, "09:00"), mailing_list, "Samedi")
    with open_pages(browser, app, owner_client, viewport=WIDE, java_script_enabled=False) as page:
        open_week(page)
        expect(page.locator(".week-grip")).not_to_be_visible()
        page.locator(".week-card summary").click()
        page.get_by_role("button", name="Annuler cette heure").click()
    assert reload(planned.id).status == "draft"

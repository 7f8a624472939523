"""On a telephone the presses that matter while a campaign is sent stand at the foot of the page."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from supporters.delivery.campaign_control import pause_campaign
from supporters.delivery.emergency_stop import resume_all, stop_all
from supporters.delivery.first_wave.wave_rules import Wave
from tests.browser.pages_of_app import open_pages
from tests.browser.widths import what_is_too_wide
from tests.factories.approvals import launch_ready
from tests.factories.campaigns import launch, send
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.sending_day.planned import put_in_grace
from tests.factories.signups import make_subscriber

pytestmark = pytest.mark.browser

WIDE, TELEPHONES = (1280, 900), ((375, 812), (320, 640))
HIGHEST = 88  # three lines of the widest font at 320 px
MEASURES = """() => {
  const [bar, ...more] = document.querySelectorAll('.foot-bar');
  const edges = bar.getBoundingClientRect(), words = (each) => each.textContent.trim();
  scrollTo(0, document.documentElement.scrollHeight);
  const last = document.querySelector('#sign-out').getBoundingClientRect();
  const faults = more.map((each) => `a second bar: ${words(each)}`);
  if (getComputedStyle(bar).position !== 'fixed') return ['it is not at the foot'];
  if (Math.abs(edges.bottom - innerHeight) > 1) faults.push(`it ends at ${edges.bottom}`);
  if (edges.height > HIGHEST) faults.push(`it is ${edges.height} px high`);
  if (last.bottom > edges.top) faults.push('it covers the end of the page');
  for (const each of document.querySelectorAll('main :is(a, button, summary, input, textarea)')) {
    if (bar.contains(each) || !each.checkVisibility()) continue;
    scrollTo(0, 0);
    each.focus();
    const { top, bottom } = each.getBoundingClientRect();
    if (document.activeElement === each && bottom > edges.top && top < edges.bottom)
      faults.push(`it covers the focus on ${words(each)}`);
  }
  return faults;
}""".replace("HIGHEST", str(HIGHEST))


def measure(page: Page, path: str, presses: list[str]) -> list[str]:
    """Return what is wrong with the bar of a page in each width."""
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    page.goto(path)
    found = page.locator(".foot-bar :is(a, button)").all_inner_texts()
    faults = [] if found == presses else [f"the presses are {found}"]
    if page.evaluate("getComputedStyle(document.querySelector('.foot-bar')).position") == "fixed":
        faults.append("it is at the foot of a wide screen too")
    for width, height in TELEPHONES:
        page.set_viewport_size({"width": width, "height": height})
        page.goto(path)
        faults += [*page.evaluate(MEASURES), *what_is_too_wide(page)]
    return [f"{path}: {each}" for each in faults]


def test_what_stops_a_sending_is_at_the_foot_of_a_telephone_and_covers_nothing(
    browser: Browser, app: Flask, owner_client: FlaskClient
) -> None:
    mailing_list = make_list()
    for each in range(4):
        make_subscriber(f"p{each}@example.org", mailing_list)
    wave = make_campaign(mailing_list, "Vague").id
    launch_ready(wave, wave=Wave(size=2))
    send()
    running, paused = launch(mailing_list, "Samedi"), launch(mailing_list, "Dimanche")
    grace = put_in_grace(launch(mailing_list, "Lundi"))
    pause_campaign(paused)
    campaign, stop = "/console/campaigns", "Arrêter tous les envois"
    with open_pages(browser, app, owner_client) as page:
        faults = measure(page, f"{campaign}/{running}", ["Suspendre", "Annuler…", f"{stop}…"])
        faults += measure(page, f"{campaign}/{paused}", ["Reprendre", "Annuler…"])
        faults += measure(page, f"{campaign}/{grace}", ["Arrêter, je corrige"])
        presses = ["Envoyer à tous les autres", "Suspendre", f"{stop}…"]
        faults += measure(page, f"{campaign}/{wave}", presses)
        faults += measure(page, "/console/sending/stop", [stop, "Revenir"])
        stop_all("")
        again = "Laisser repartir les envois"
        faults += measure(page, f"{campaign}/{running}", [f"{again}…", "Suspendre"])
        faults += measure(page, "/console/sending/resume", [again, "Revenir"])
        resume_all(None, "réparé")
    assert faults == []

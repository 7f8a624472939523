"""The day of a writer: ten tasks, each of which leaves what the next one begins with.

`tally.begin()` stands where a task begins; acts before it prepare it, and aren't counted.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from benchmarks.parts.writer import Tally, Writer
from supporters import clock
from supporters.text.time_zones import PARTY_ZONE
from tests.browser.sending_day.party_of_day import ACT, LETTER, SendingParty
from tests.browser.test_composer import SAVED, wait_for
from tests.factories.pictures import plain_file

SUBJECT = "Réunion publique samedi"
CAMPAIGN = re.compile(r"/campaigns/\d+$")
SLOWLY, SOME = 0.25, 10
WITHIN_A_MINUTE = 60_000


@dataclass
class WritersDay:
    """The party, its two writers, and the count of what they do."""

    party: SendingParty
    author: Writer
    approver: Writer
    tally: Tally
    campaign: int = 0

    def first_campaign(self) -> None:
        """Write a message with a first name, a picture and a button; have it approved; launch."""
        author, page = self.author, self.author.page
        author.open("")
        self.tally.begin()
        author.click("Rédiger une campagne")
        author.click(LETTER)
        author.write("#subject", SUBJECT)
        page.locator(".ProseMirror").click()
        author.type("Bonjour ")
        author.insert("prenom")
        author.write("#field-fallback", "à vous")
        author.key("Enter")
        author.type(", venez à la mairie.\n")
        author.insert("image")
        with page.expect_file_chooser() as chosen:
            author.click(page.locator("#picture-file"))
        chosen.value.set_files({"name": "a.png", "mimeType": "image/png", "buffer": plain_file()})
        author.write("#image-alt", "La place du marché")
        author.key("Enter")
        author.type("\n")
        author.insert("bouton")
        author.write("#button-href", "example.org/venir")
        author.key("Enter")
        author.type("Je viens")
        wait_for(page, SAVED)
        self.campaign = self._number_of(page)
        self._have_launched()

    def after_the_text(self) -> None:
        """The same from the written text on: it was counted on the way."""
        del self.tally.acts[: self._written_acts]
        del self.tally.texts[: self._written_texts]

    def take_back(self) -> None:
        """Stop a launch in its time of grace."""
        self.tally.begin()
        self.author.click("Arrêter, je corrige")
        self.author.reads("personne ne l’a reçu")

    def add_list(self) -> None:
        """Write to a second list as well."""
        self.author.open(f"campaigns/{self.campaign}/edit")
        expect(self.author.page.locator(".ProseMirror")).to_be_visible()
        self.tally.begin()
        self.author.click(self.author.page.locator("#mail-head summary"))
        self.author.click(ACT)
        self.author.reads("260", "#audience-total")
        wait_for(self.author.page, SAVED)

    def add_language(self) -> None:
        """Add English, with the first text to begin with."""
        self.author.page.reload()
        self.tally.begin()
        self.author.click("Ajouter une langue…")
        self.author.click("Ajouter cette langue")
        self.author.page.wait_for_url("**language=en")

    def comment(self) -> None:
        """Comment on the last words as a colleague; correct and answer as the author."""
        author, page = self.author, self.approver.page
        self.approver.open(f"campaigns/{self.campaign}/edit")
        page.locator(".ProseMirror p").first.click()
        self.tally.begin()
        self.approver.key("Control+a")
        page.wait_for_timeout(300)  # the browser tells a page later what is selected
        self.approver.key("Alt+Shift+m")
        self.approver.write("#comment", "À quelle heure ?")
        self.approver.click(page.get_by_role("button", name="Comment", exact=True))
        self.approver.reads("À quelle heure ?", "#comments-list")
        self._in_editor_again()
        author.page.locator(".ProseMirror p").first.click()
        author.type("À 18 h. ")
        wait_for(author.page, SAVED)
        author.click("Marquer comme réglé")
        author.reads("Aucun commentaire", "#comments-list")

    def schedule(self) -> None:
        """Plan what a colleague approved for tomorrow, from the dashboard."""
        self._in_editor_again()
        self._have_approved()
        author = self.author
        author.open("")
        self.tally.begin()
        author.click(SUBJECT)
        author.click("À une heure choisie")
        self._type_hour(9)
        author.write("[name=recipients]", self._number_shown(author.page))
        author.click("Programmer à cette heure")
        author.page.wait_for_url(CAMPAIGN)
        author.reads("Départ prévu")

    def move(self) -> None:
        """Move it to another hour, from the dashboard."""
        self.author.open("")
        self.tally.begin()
        self.author.click(SUBJECT)
        self._type_hour(10)
        self.author.click("Déplacer à cette heure")
        self.author.reads("10:00")

    def write_to_missed(self) -> None:
        """Write to those who did not get a campaign that was cancelled halfway."""
        self._cancel_halfway()
        self.tally.begin()
        self.author.click("que l’annulation a laissées de côté")
        self.author.page.wait_for_url("**/edit")
        self._ask()

    def correct(self) -> None:
        """Send a correction to those who got it, from the written words on."""
        self.author.open(f"campaigns/{self.campaign}")
        self.author.click("Écrire une correction")
        self.author.page.wait_for_url("**/edit")
        self.author.page.locator(".ProseMirror").click()
        self.author.type("L’heure était fausse.")
        wait_for(self.author.page, SAVED)
        self.tally.begin()
        self._ask()

    def _have_launched(self) -> None:
        self._written_acts, self._written_texts = len(self.tally.acts), len(self.tally.texts)
        self._have_approved()
        self._launch()

    def _have_approved(self) -> None:
        """Test and ask in the editor; approve from the dashboard as a colleague."""
        self._ask()
        colleague = self.approver
        colleague.open("")
        colleague.click(SUBJECT)
        colleague.write("[name=recipients]", self._number_shown(colleague.page))
        colleague.click("Approve for")
        colleague.reads("approved by")

    def _ask(self) -> None:
        self.author.click("Tester")
        self.author.page.wait_for_url("**/decision*")
        self.author.click("Demander l’approbation")
        expect(self.author.page.locator("#progress")).to_have_attribute("data-active", "true")

    def _launch(self) -> None:
        """Launch on the page where one asked, when it has noticed the approval."""
        page = self.author.page
        expect(page.locator("[name=recipients]")).to_be_visible()
        self.author.write("[name=recipients]", self._number_shown(page))
        self.author.click("Lancer pour")
        page.wait_for_url(CAMPAIGN)
        self.author.reads("Le premier e-mail part dans")

    def _cancel_halfway(self) -> None:
        """Launch the planned campaign now, and cancel it while it is sent."""
        page, self.party.slowness = self.author.page, SLOWLY
        self.author.open(f"campaigns/{self.campaign}/decision")
        page.locator("[name=when]").first.check()
        self._launch()
        self.party.end_grace(self.campaign)
        self.party.wait_for_answers(self.campaign, SOME)
        self.author.open(f"campaigns/{self.campaign}/cancel")
        page.locator("main form button[type=submit]").first.click()
        self.party.slowness = 0
        expect(page.locator("#progress")).to_have_attribute(
            "data-active", "false", timeout=WITHIN_A_MINUTE
        )
        self.author.open(f"campaigns/{self.campaign}")

    def _in_editor_again(self) -> None:
        self.author.open(f"campaigns/{self.campaign}/edit")
        expect(self.author.page.locator(".ProseMirror")).to_be_visible()

    def _type_hour(self, hour: int) -> None:
        tomorrow = clock.now().astimezone(ZoneInfo(PARTY_ZONE)) + timedelta(days=1)
        self.author.write("[name=day]", f"{tomorrow:%Y-%m-%d}")
        self.author.write("[name=hour]", f"{hour:02}:00")

    def _number_shown(self, page: Page) -> str:
        """Return the number of recipients that the page shows."""
        found = re.search(r"\d+", page.locator("dd strong.numeric").first.inner_text())
        assert found is not None
        return found[0]

    def _number_of(self, page: Page) -> int:
        found = re.search(r"/campaigns/(\d+)", page.url)
        assert found is not None, page.url
        return int(found[1])

"""The people and texts of the sample party. They are the same every time."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from supporters.lists.mailing_lists import ListDraft
from supporters.lists.models import ListWords

GIVEN_NAMES = (
    *("Camille", "Mathilde", "Hugo", "Inès", "Théo", "Léa", "Karim", "Élodie", "Antoine", "Manon"),
    *("Yasmine", "Julien", "Chloé", "Raphaël", "Sarah", "Étienne", "Nadia", "Lucas", "Margaux"),
    *(
        "Bastien",
        "Aïcha",
        "Quentin",
        "Zoé",
        "Mehdi",
        "Clémence",
        "Gaël",
        "Fatou",
        "Romain",
        "Anaïs",
    ),
    *("Thomas", "Maëlle", "Olivier", "Solène", "Ibrahim", "Agathe", "Nicolas", "Hélène"),
    *("Rémi", "Romain"),
    *("Louise", "François", "Noémie", "Samir", "Béatrice", "Adrien", "Lucie", "Gérard", "Jeanne"),
)
SURNAMES = (
    *("Martin", "Lefèvre", "Bernard", "Diallo", "Dubois", "Garcia", "Moreau", "Benali", "Laurent"),
    *("Rousseau", "Fontaine", "Traoré", "Chevalier", "Gauthier", "Perrin", "Nguyen", "Mercier"),
    *("Faure", "Blanchard", "Guérin", "Boyer", "Haddad", "Lemaire", "Carpentier", "Roche", "Vidal"),
    *("Marchand", "Da Silva", "Leclerc", "Colin", "Renard", "Picard", "Barbier", "Cissé", "Aubert"),
    *("Le Gall", "Charpentier", "Besson", "Coulibaly", "Rivière", "Meunier", "Lacroix", "Schmitt"),
)
DOMAINS = ("courriel.example", "boite.example", "example.org", "example.net", "poste.example")
VISITORS = 206
PERIOD = timedelta(days=60)
UNDECIDED = 8  # the last visitors have not confirmed yet
RALLY = range(96, 132)  # visitors who sign up on the afternoon of a rally
RALLY_BEFORE = timedelta(days=19, hours=2)
GROWTH = 1.35
LANGUAGE_OF_NUMBER = {5: "en", 7: "de", 9: "es", 11: "it"}  # by the rest of a division by 13
LISTS = (
    ListDraft(
        slug="la-lettre",
        name="La Lettre",
        description="Une fois par mois : nos idées, nos résultats.",
        translations=(
            ListWords("The Letter", "Once a month: our ideas, our results.", "en"),
            ListWords("Der Rundbrief", "Einmal im Monat: unsere Ideen, unsere Ergebnisse.", "de"),
            ListWords("La Carta", "Una vez al mes: nuestras ideas, nuestros resultados.", "es"),
            ListWords("La Lettera", "Una volta al mese: le nostre idee, i nostri risultati.", "it"),
        ),
    ),
    ListDraft(
        slug="agir",
        name="Agir près de chez vous",
        description="Réunions, marchés, porte-à-porte.",
        translations=(
            ListWords("Act near you", "Meetings, markets, door-to-door.", "en"),
            ListWords("Aktiv vor Ort", "Treffen, Märkte, Haustürgespräche.", "de"),
            ListWords("Actuar cerca de usted", "Reuniones, mercados, puerta a puerta.", "es"),
            ListWords("Agire vicino a lei", "Riunioni, mercati, porta a porta.", "it"),
        ),
    ),
    ListDraft(
        slug="jeunes",
        name="Les Jeunes de l’Exemple",
        description="Débats et formations, avant trente ans.",
        translations=(
            ListWords("Youth of the Exemple", "Debates and courses, under thirty.", "en"),
            ListWords("Exemple-Jugend", "Debatten und Kurse, unter dreißig.", "de"),
            ListWords("Jóvenes del Exemple", "Debates y formación, menores de treinta.", "es"),
            ListWords("Giovani dell’Exemple", "Dibattiti e formazione, sotto i trent’anni.", "it"),
        ),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """A visitor of the signup page: the lists they tick, and the times of their actions."""

    given_name: str | None
    address: str
    language: str
    lists: tuple[int, ...]
    signs_up_at: datetime
    confirms_at: datetime | None
    by_code: bool
    unsubscribes_at: datetime | None


def list_visitors(now: datetime) -> Iterator[Visitor]:
    """Yield the visitors of the sixty days before a moment."""
    for number in range(VISITORS):
        signs_up_at = _arrival(number, now)
        delay = timedelta(minutes=2 + _dice(number, 55))
        unsubscribes_at = signs_up_at + timedelta(days=6 + _dice(number, 17), hours=3)
        is_undecided = number >= VISITORS - UNDECIDED
        name, address = _name_and_address(number)
        yield Visitor(
            given_name=name if _dice(number, 9) else None,
            address=address,
            language=LANGUAGE_OF_NUMBER.get(number % 13, "fr"),
            lists=_ticked(number),
            signs_up_at=signs_up_at,
            confirms_at=None if is_undecided else signs_up_at + delay,
            by_code=number % 3 == 0,
            unsubscribes_at=unsubscribes_at if number % 11 == 4 and unsubscribes_at < now else None,
        )


def _dice(number: int, sides: int) -> int:
    """Return a number below `sides` that looks random and is always the same."""
    return (number * 7919 + 104_729) % 1_000_003 % sides


def _arrival(number: int, now: datetime) -> datetime:
    """Return the time of a signup. The rate grows, and is highest on the day of the rally."""
    if number in RALLY:
        return now - RALLY_BEFORE + timedelta(minutes=7 * (number - RALLY.start))
    if number >= VISITORS - UNDECIDED:
        return now - timedelta(hours=5 * (VISITORS - number))
    share = number / (VISITORS - UNDECIDED)
    latest = PERIOD - timedelta(hours=4)
    since_start: timedelta = latest * share ** (1 / GROWTH)
    return now - PERIOD + since_start + timedelta(minutes=_dice(number, 180))


def _name_and_address(number: int) -> tuple[str, str]:
    name = GIVEN_NAMES[number % len(GIVEN_NAMES)]
    surname = SURNAMES[number * 10 % len(SURNAMES)]
    domain = DOMAINS[_dice(number, len(DOMAINS))]
    return name, f"{_in_ascii(name)}.{_in_ascii(surname)}@{domain}"


def _in_ascii(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return decomposed.replace(" ", "-")


def _ticked(number: int) -> tuple[int, ...]:
    """Return the lists that a visitor ticks, the list of the page first."""
    choices = ((0,), (0, 1), (0,), (1,), (0, 2), (2,), (0, 1, 2))
    return choices[_dice(number, len(choices))]


class CampaignText(NamedTuple):
    """The subject and body of a campaign."""

    subject: str
    body: str


SENT = CampaignText(
    subject="Le train du soir est sauvé",
    body="""\
Bonjour {{ given_name | à vous }},

c’est fait : la région garde **le train de 22 h 10**. Vous étiez 4 200 à signer, et
deux cents dans la salle le soir du vote.

## Ce que cela change

- les équipes du soir de l’hôpital rentrent chez elles sans voiture ;
- les étudiants peuvent rester jusqu’à la fin des cours ;
- la ligne est rouverte le dimanche.

## Et maintenant ?

Nous demandons la même chose pour la ligne du nord.
[Lire notre proposition pour la ligne du nord](https://parti.example/ligne-du-nord)

Merci à chacune et à chacun,
l’équipe du {{ party_name }}
""",
)
DRAFT = CampaignText(
    subject="Samedi, nous serons sur le marché",
    body="""\
Bonjour {{ given_name | à vous }},

samedi de 9 h à 13 h, nous tenons un stand **place du Marché**. Passez nous voir, \
même cinq minutes : nous voulons entendre ce qui ne va pas avec les horaires de la cantine.

[Voir le lieu et le programme de la matinée](https://parti.example/marche)

À samedi !
""",
)

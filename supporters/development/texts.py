"""What the sample party says: its lists, a letter that has left, and one that waits."""

from typing import NamedTuple

from supporters.lists.creating import ListDraft

LISTS = (
    ListDraft(
        slug="la-lettre",
        name="La Lettre",
        description="Une fois par mois : ce que nous proposons, ce que nous avons obtenu.",
    ),
    ListDraft(
        slug="agir",
        name="Agir près de chez vous",
        description="Réunions, marchés, porte-à-porte : les rendez-vous où l’on a besoin de vous.",
    ),
    ListDraft(
        slug="jeunes",
        name="Les Jeunes de l’Exemple",
        description="Pour les moins de trente ans : débats, formations et université d’été.",
    ),
)


class Text(NamedTuple):
    """A campaign's words."""

    subject: str
    body: str


SENT = Text(
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
DRAFT = Text(
    subject="Samedi, nous serons sur le marché",
    body="""\
Bonjour {{ given_name | à vous }},

samedi de 9 h à 13 h, nous tenons un stand **place du Marché**. Passez nous voir, même cinq
minutes : nous voulons entendre ce qui ne va pas avec les horaires de la cantine.

[Voir le lieu et le programme de la matinée](https://parti.example/marche)

À samedi !
""",
)

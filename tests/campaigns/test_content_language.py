"""The language of a text is told by its small words, and only where that is clear."""

import pytest

from supporters.campaigns.content_doubts import find_other_language

FRENCH = (
    "Chers amis, nous vous donnons rendez-vous samedi sur la place du marché pour parler des "
    "transports et de l’école. Venez avec vos voisins, les enfants sont aussi les bienvenus."
)
ENGLISH = (
    "Dear friends, we will meet on Saturday at the market square to talk about transport and the "
    "school. Bring your neighbours with you, children are welcome too. It will be a fine day."
)
GERMAN = (
    "Liebe Freundinnen und Freunde, wir treffen uns am Samstag auf dem Marktplatz, um über die "
    "Busse und die Schule zu sprechen. Kommen Sie mit Ihren Nachbarn, auch Kinder sind willkommen."
)
SPANISH = (
    "Queridos amigos, nos vemos el sábado en la plaza del mercado para hablar del transporte y de "
    "la escuela. Vengan con sus vecinos, los niños también son bienvenidos. Será un día muy bonito."
)
ITALIAN = (
    "Cari amici, ci vediamo sabato nella piazza del mercato per parlare dei trasporti e della "
    "scuola. Venite con i vostri vicini, anche i bambini sono benvenuti. Questo è il programma."
)
QUOTED = f"{FRENCH} « We shall meet you on the beaches, and in the fields. »"


@pytest.mark.parametrize(
    ("text", "language", "other"),
    [
        (FRENCH, "fr", None),
        (ENGLISH, "en", None),
        (FRENCH, "en", "fr"),
        (ENGLISH, "fr", "en"),
        (f"{FRENCH} {ENGLISH}", "fr", None),
        (f"{FRENCH} {ENGLISH}", "en", None),
        (GERMAN, "de", None),
        (SPANISH, "es", None),
        (ITALIAN, "it", None),
        (GERMAN, "fr", "de"),
        (FRENCH, "de", "fr"),
        (ENGLISH, "it", "en"),
        (QUOTED, "fr", None),
        ("See you on Saturday at the market!", "fr", None),
        ("", "fr", None),
        ("12 34 " * 50, "fr", None),
        ("Lyon Marseille Toulouse Bordeaux Lille " * 8, "en", None),
    ],
)
def test_another_language_is_told_only_where_it_is_clear(
    text: str, language: str, other: str | None
) -> None:
    assert find_other_language(text, language) == other

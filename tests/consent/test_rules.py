"""A consent wording names the party, says that it is political, and is one readable line."""

import pytest

from supporters.consent.rules import (
    WordingFault,
    find_wording_faults,
    is_changed,
    names_party,
    split_wording,
    tidy_wording,
)

PARTY = "Parti de l’Exemple"
SHORT = "Je veux recevoir les messages politiques du Parti de l’Exemple :\nLa Lettre – chaque mois"
GOOD = "J’accepte que le Parti de l’Exemple m’envoie sa lettre politique chaque mois."


def test_a_whole_sentence_has_no_fault() -> None:
    assert find_wording_faults(GOOD, PARTY) == []


def test_a_legend_and_its_box_have_no_fault() -> None:
    assert find_wording_faults(SHORT, PARTY) == []


def test_only_a_text_of_two_lines_has_a_legend() -> None:
    assert split_wording(GOOD) == ("", GOOD)
    assert "\n".join(split_wording(SHORT)) == SHORT
    assert split_wording(SHORT).box == "La Lettre – chaque mois"


def test_a_typed_text_loses_empty_lines_and_the_line_ends_of_browsers() -> None:
    assert tidy_wording(SHORT.replace("\n", "  \r\n\r\n ") + "\r\n") == SHORT


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", WordingFault.TOO_SHORT),
        ("Oui, le Parti de l’Exemple, politique.", WordingFault.TOO_SHORT),
        (GOOD[:-1] + " x" * 250 + ".", WordingFault.TOO_LONG),
        (GOOD.replace("Exemple", "Autre"), WordingFault.NO_PARTY),
        (GOOD.replace("politique", "amicale"), WordingFault.NOT_POLITICAL),
        (SHORT + "\nEt encore.", WordingFault.SEVERAL_LINES),
        (SHORT.replace(" :", "."), WordingFault.NO_COLON),
        (SHORT.replace("politiques", ""), WordingFault.NOT_POLITICAL),
        (SHORT.replace("du Parti de l’Exemple", ""), WordingFault.NO_PARTY),
        (
            "Je veux recevoir par e-mail les messages :\nPolitique, du Parti de l’Exemple",
            WordingFault.NO_PARTY,
        ),
        (GOOD[:-1], WordingFault.NO_END),
    ],
)
def test_each_missing_part_is_a_fault(text: str, fault: WordingFault) -> None:
    assert fault in find_wording_faults(text, PARTY)


def test_a_party_with_politics_in_its_name_still_has_to_say_so() -> None:
    text = "J’accepte que Renouveau politique m’écrive chaque mois sur ses actions."
    assert find_wording_faults(text, "Renouveau politique") == [WordingFault.NOT_POLITICAL]


@pytest.mark.parametrize(
    "written", ["parti de l'exemple", "PARTI DE L’EXEMPLE", "Parti  de l’Exemple"]
)
def test_the_party_is_recognised_however_it_is_typed(written: str) -> None:
    assert names_party(f"Oui à {written} !", PARTY)
    assert not names_party("Oui au parti.", PARTY)


def test_a_change_in_one_language_is_a_change() -> None:
    then = {"fr": "a", "en": "b"}
    assert not is_changed({**then}, then)
    assert is_changed({**then, "en": "c"}, then)


@pytest.mark.parametrize("word", ["politische", "política", "político", "politica"])
def test_a_text_says_political_in_each_language(word: str) -> None:
    text = GOOD.replace("politique", word)
    assert find_wording_faults(text, "Parti de l’Exemple") == []

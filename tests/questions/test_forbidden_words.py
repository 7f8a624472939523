"""A party may not ask for origin, religion or health; the word list notices it (REQ-12)."""

import pytest

from supporters.questions.forbidden_words import ForbiddenKind, find_forbidden

FORBIDDEN = {
    ForbiddenKind.ORIGIN: [
        "Quelle est votre origine ?",
        "Nationalité",
        "Origines ethniques",
        "Your ethnicity",
        "Langue maternelle",
        "Mother tongue",
        "Are you an immigrant?",
        "Couleur de peau",
    ],
    ForbiddenKind.BIRTHPLACE: [
        "Lieu de naissance",
        "Où êtes-vous né ?",
        "Né(e) à",
        "Where were you born?",
        "Country of birth",
        "PAYS DE NAISSANCE",
    ],
    ForbiddenKind.NAME: ["Consonance du nom", "Nom de jeune fille", "Maiden name"],
    ForbiddenKind.RELIGION: [
        "Votre religion",
        "Êtes-vous catholique ?",
        "Do you go to church?",
        "Musulmane",
        "Repas halal",
        "Your faith",
        "RELIGIÓN",
    ],
    ForbiddenKind.HEALTH: [
        "Problèmes de santé",
        "Êtes-vous en situation de handicap ?",
        "Any disability?",
        "Allergies",
        "Êtes-vous enceinte ?",
    ],
    ForbiddenKind.OPINION: [
        "Pour qui avez-vous voté ?",
        "Vos opinions",
        "Who did you vote for?",
        "Êtes-vous de gauche ?",
        "Your political views",
        "Avez-vous signé la pétition ?",
    ],
    ForbiddenKind.UNION: ["Êtes-vous syndiquée ?", "Your trade union", "Syndicat", "CGT"],
    ForbiddenKind.SEXUALITY: ["Orientation sexuelle", "Are you gay?", "Homosexualité"],
    ForbiddenKind.BODY: ["Empreintes digitales", "DNA"],
    ForbiddenKind.OFFENCE: ["Casier judiciaire", "Were you ever convicted?"],
    ForbiddenKind.SECRET: ["Numéro de sécurité sociale", "Password", "IBAN"],
}


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in FORBIDDEN.items() for text in texts]
)
def test_a_forbidden_question_is_noticed(kind: ForbiddenKind, text: str) -> None:
    found = find_forbidden(text)
    assert found is not None
    assert found[1] is kind


def test_each_kind_has_an_example() -> None:
    assert {*FORBIDDEN} == {*ForbiddenKind}


@pytest.mark.parametrize(
    "text",
    [
        "Comment pouvez-vous aider ?",
        "Tracter sur un marché",
        "Tenir un bureau de vote",
        "Help at a polling station",
        "Héberger une réunion",
        "Avez-vous une voiture ?",
        "Disponible le",
        "From which date are you free?",
        "Taille du tee-shirt",
        "Noir ou bleu",
        "Téléphone",
        "Voulez-vous coller des affiches ?",
        "Votre métier",
        "What are you good at?",
        "Cuisine, musique, photographie",
        "Vous ne partez pas en vacances",
        "Partie de la ville",
        "Conseil syndic de copropriété",
        "Le soir, le week-end",
        "Covoiturage",
        "Donner un coup de main",
    ],
)
def test_a_harmless_question_is_accepted(text: str) -> None:
    assert find_forbidden(text) is None


def test_the_found_word_can_be_shown() -> None:
    assert find_forbidden("Aimez-vous votre RELIGION ?") == ("religion", ForbiddenKind.RELIGION)


@pytest.mark.parametrize(
    "text",
    [
        "re\u0301ligi\u006fn",
        "\uff52\uff45\uff4c\uff49\uff47\uff49\uff4f\uff4e",
        "re\u200bligion",
        "r\u00adeligion",
    ],
)
def test_odd_letters_hide_nothing(text: str) -> None:
    found = find_forbidden(text)
    assert found is not None
    assert found[1] is ForbiddenKind.RELIGION

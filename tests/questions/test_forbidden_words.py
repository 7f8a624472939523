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

IN_OTHER_LANGUAGES = {
    "de": {
        ForbiddenKind.ORIGIN: [
            "Ihre Herkunft",
            "Staatsangehörigkeit",
            "Hautfarbe",
            "Muttersprache",
        ],
        ForbiddenKind.BIRTHPLACE: ["Geburtsort", "Wo sind Sie geboren?", "GEBURTSLAND"],
        ForbiddenKind.NAME: ["Mädchenname", "Namen der Eltern", "Geburtsname"],
        ForbiddenKind.RELIGION: [
            "Ihre Konfession",
            "Sind Sie jüdisch?",
            "Gehen Sie in die Kirche?",
        ],
        ForbiddenKind.HEALTH: ["Gesundheit", "Krankheit", "Schwerbehinderung", "Schwangerschaft"],
        ForbiddenKind.OPINION: ["Ihre Meinung", "Was haben Sie gewählt?", "Welche Partei?"],
        ForbiddenKind.UNION: ["Gewerkschaft", "Sind Sie Gewerkschaftsmitglied?", "ver.di"],
        ForbiddenKind.SEXUALITY: ["Sexuelle Orientierung", "Sind Sie schwul?"],
        ForbiddenKind.BODY: ["Fingerabdrücke", "Gesichtserkennung"],
        ForbiddenKind.OFFENCE: ["Führungszeugnis", "Sind Sie vorbestraft?"],
        ForbiddenKind.SECRET: ["Passwort", "Personalausweis", "Kontonummer"],
    },
    "es": {
        ForbiddenKind.ORIGIN: ["Su origen", "Nacionalidad", "Color de piel", "Lengua materna"],
        ForbiddenKind.BIRTHPLACE: ["Lugar de nacimiento", "¿Dónde nació?", "PAÍS DE NACIMIENTO"],
        ForbiddenKind.NAME: ["Apellido de soltera", "Nombre de los padres"],
        ForbiddenKind.RELIGION: ["Su religión", "¿Es católica?", "¿Va a la iglesia?", "Judío"],
        ForbiddenKind.HEALTH: ["Problemas de salud", "Discapacidad", "¿Está embarazada?"],
        ForbiddenKind.OPINION: ["Su opinión", "¿A quién votó?", "¿Es de izquierdas?", "Su partido"],
        ForbiddenKind.UNION: ["Sindicato", "¿Está sindicada?", "CCOO"],
        ForbiddenKind.SEXUALITY: ["Orientación sexual", "Homosexualidad"],
        ForbiddenKind.BODY: ["Huellas dactilares", "Reconocimiento facial"],
        ForbiddenKind.OFFENCE: ["Antecedentes penales", "¿Ha estado en la cárcel?"],
        ForbiddenKind.SECRET: ["Contraseña", "Pasaporte", "Seguridad social"],
    },
    "it": {
        ForbiddenKind.ORIGIN: ["La sua provenienza", "Nazionalità", "Colore della pelle", "Razza"],
        ForbiddenKind.BIRTHPLACE: ["Luogo di nascita", "Dove è nata?", "PAESE DI NASCITA"],
        ForbiddenKind.NAME: ["Cognome da nubile", "Nome dei genitori"],
        ForbiddenKind.RELIGION: ["La sua religione", "È cattolico?", "Va in chiesa?", "Ebrea"],
        ForbiddenKind.HEALTH: ["Stato di salute", "Malattie", "Disabilità", "È incinta?"],
        ForbiddenKind.OPINION: ["La sua opinione", "Per chi ha votato?", "È di sinistra?"],
        ForbiddenKind.UNION: ["Sindacato", "Iscrizione sindacale", "CGIL"],
        ForbiddenKind.SEXUALITY: ["Orientamento sessuale", "Omosessualità"],
        ForbiddenKind.BODY: ["Impronte digitali", "Riconoscimento facciale"],
        ForbiddenKind.OFFENCE: ["Fedina penale", "È stato in carcere?"],
        ForbiddenKind.SECRET: ["Passaporto", "Codice fiscale", "Conto corrente"],
    },
}
EXAMPLES = [FORBIDDEN, *IN_OTHER_LANGUAGES.values()]


def test_a_forbidden_question_is_noticed() -> None:
    faults = [
        f"{text}: {found}, not {kind.name}"
        for examples in EXAMPLES
        for kind, texts in examples.items()
        for text in texts
        if (found := find_forbidden(text)) is None or found[1] is not kind
    ]
    assert not faults


def test_each_kind_has_an_example_in_each_language() -> None:
    for examples in EXAMPLES:
        assert {*examples} == {*ForbiddenKind}


HARMLESS = [
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
    "Wie können Sie helfen?",
    "Flugblätter verteilen",
    "Im Wahllokal oder beim Wahlkampf helfen",
    "Bitte wählen Sie einen Termin",
    "Welche Fremdsprachen sprechen Sie?",
    "Konfektionsgröße",
    "Links vom Eingang",
    "¿Cómo puede ayudar?",
    "Ayudar en un colegio electoral",
    "¿Tiene coche?",
    "Partido de fútbol",
    "¿Qué lenguas extranjeras habla?",
    "A la derecha de la entrada",
    "Come può aiutare?",
    "Aiutare in un seggio elettorale",
    "Si prega di indicare la taglia",
    "Lingue straniere",
    "A destra dell’ingresso",
    "È disponibile il sabato?",
]


def test_a_harmless_question_is_accepted() -> None:
    faults = [f"{text}: {found}" for text in HARMLESS if (found := find_forbidden(text))]
    assert not faults


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

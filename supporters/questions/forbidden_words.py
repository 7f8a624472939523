"""Finds words of questions that a party may not ask (REQ-12): origin, religion, health and others.

The list is a help against mistakes and bad habits. It reads French and English in each language of
a form, without case and accents. A `*` stands for any end of a word.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from enum import StrEnum


class ForbiddenKind(StrEnum):
    """The subject of a forbidden question."""

    ORIGIN = "origin"
    BIRTHPLACE = "birthplace"
    NAME = "name"
    RELIGION = "religion"
    HEALTH = "health"
    OPINION = "opinion"
    UNION = "union"
    SEXUALITY = "sexuality"
    BODY = "body"
    OFFENCE = "offence"
    SECRET = "secret"  # noqa: S105 - a kind of question


WORDS: Mapping[ForbiddenKind, str] = {
    ForbiddenKind.BIRTHPLACE: """
        lieu de naissance, pays de naissance, ville de naissance, commune de naissance,
        departement de naissance, region de naissance, lieu ou vous etes ne, ou etes vous ne,
        ou es tu ne, ne a, nee a, ne e a, ne en, nee en, nes a, natif*, native de, natal*,
        birthplace*, birth place*, place of birth, country of birth, town of birth, city of birth,
        born in, born at, were you born, you were born, native of, birth country
        """,
    ForbiddenKind.ORIGIN: """
        origine*, origin*, ethni*, race*, racial*, racis*, nationalit*, citoyennete*, citizenship*,
        immigr*, emigr*, migrant*, migration*, refugie*, refugee*, couleur de peau, skin colour,
        skin color, langue maternelle, langues maternelles, mother tongue*, native language*,
        first language, ancetre*, ancestr*, ascendan*, descendan*, pays d origine, diaspora*,
        maghreb*, arabe*, arab, arabs, arabic, berbere*, kabyle*, africain*, african*, asiatique*,
        asian*, tsigane*, gitan*, rom, roms, gypsy, gypsies, noirs, noires, blancs, blanches,
        metis, metisse*, titre de sejour, residence permit
        """,
    ForbiddenKind.NAME: """
        consonance*, nom de jeune fille, nom de naissance, maiden name*, birth name*,
        family name at birth, nom des parents, nom de vos parents, nom de votre mere,
        nom du pere, nom de la mere, prenom des parents, prenom de vos parents,
        mother s name, mothers name, father s name, fathers name, parents name, parents names,
        sounding name*, patronym*
        """,
    ForbiddenKind.RELIGION: """
        religi*, confession*, croyan*, croyez vous, culte, cultes, cultuel*, eglise*, paroisse*,
        mosquee*, synagogue*, temple*, catholi*, protestant*, evangeliq*, evangelical*, orthodox*,
        chretien*, christian*, musulman*, muslim*, islam*, juif*, juive*, judai*, jew, jews, jewish,
        bouddhi*, buddhis*, hindou*, hindu*, sikh*, athee*, atheis*, agnosti*, laique*, faith*,
        belief*, believer*, church*, parish*, mosque*, worship*, pray*, priere*, priez, halal,
        casher*, cacher*, kosher*, ramadan*, careme, lent, bapteme*, baptis*, spiritu*
        """,
    ForbiddenKind.HEALTH: """
        sante, health*, malad*, illness*, disease*, sick, sickness*, handicap*, disab*, invalid*,
        medic*, medec*, doctor*, diagnos*, allerg*, vaccin*, enceinte, grossesse*, pregnan*,
        depress*, diabet*, cancer*, sida, hiv, vih, aids, groupe sanguin, blood type, blood group,
        fauteuil roulant, wheelchair*, pmr, hopital*, hospital*, symptom*, patholog*, addict*,
        alcool*, alcohol*, fumeur*, fumeuse*, smoker*, smoke, drogue*, drugs, regime alimentaire,
        regimes alimentaires, dietary, diet, poids, weight, psychi*, psycholog*, autis*, mental*
        """,
    ForbiddenKind.OPINION: """
        opinion*, politi*, vote, votes, votee, voted, voting, voter, voters, votez, vote*z vous,
        votiez, voterez, voteriez, votant*, vote pour, intention de vote, electeur*, electrice*,
        electorat*, elector*, gauche, droite, left wing*, right wing*, centriste*, centrist*,
        ideolog*, philosoph*, convictions, socialis*, communis*, liberal*, conservat*, ecologiste*,
        nationalis*, royalis*, macron*, lepen*, melenchon*, encarte*, parti, partis, party member*,
        other party, which party, sympathisan*, sympathiser*, sympathizer*, militez, petition*,
        pour ou contre, for or against, referendum*, donateur*, donatrice*, donation*, donor*
        """,
    ForbiddenKind.UNION: """
        syndicat*, syndique*, syndical*, trade union*, labour union*, labor union*, union member*,
        unionis*, unioniz*, cgt, cfdt, cftc, unsa, cfe cgc, medef
        """,
    ForbiddenKind.SEXUALITY: """
        sexu*, sex life, vie intime, gay, gays, lesbi*, bisex*, homosex*, heterosex*, lgbt*, queer*,
        transgenre*, transgender*, transsex*, non binaire*, non binary
        """,
    ForbiddenKind.BODY: """
        adn, dna, genet*, biometr*, empreinte digitale, empreintes digitales, fingerprint*,
        reconnaissance faciale, face recognition, facial recognition
        """,
    ForbiddenKind.OFFENCE: """
        casier judiciaire, criminal*, condamn*, convicted, conviction, infraction*, offence*,
        offense*, prison*, garde a vue, arrested, delit*
        """,
    ForbiddenKind.SECRET: """
        numero de securite sociale, securite sociale, social security, nir, national insurance,
        passeport*, passport*, carte d identite, identity card*, iban, rib, carte bancaire,
        numero de carte, credit card*, bank card*, bank account*, compte bancaire,
        mot de passe, mots de passe, password*, code secret
        """,
}
# Words that ask for nothing of the kind, although a word in them could.
HARMLESS = """
    bureau de vote, bureaux de vote, polling station*, polling place*, parti en vacances,
    a gauche de, a droite de, droite et gauche, lieu public, syndic, ne a pas, ne en rien
    """
UNSEEN = {"Mn", "Me", "Cf"}  # accents, and characters without a width
_SEPARATORS = re.compile(r"[\W_]+")


def find_forbidden(text: str) -> tuple[str, ForbiddenKind] | None:
    """Return the first forbidden word or phrase of a text, as it is compared, and its kind."""
    plain = _HARMLESS.sub(" ", _fold(text))
    found = (
        (match.start(), match[0].strip(), kind)
        for kind, pattern in _PATTERNS.items()
        if (match := pattern.search(plain))
    )
    first = min(found, default=None)
    return None if first is None else first[1:]


def _fold(text: str) -> str:
    """Return the words of a text between single spaces, without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe"))
    plain = "".join(each for each in decomposed if unicodedata.category(each) not in UNSEEN)
    return f" {' '.join(each for each in _SEPARATORS.split(plain) if each)} "


def _compile(listed: str) -> re.Pattern[str]:
    return re.compile(f"(?<= )(?:{'|'.join(_list_patterns(listed))})(?= )")


def _list_patterns(listed: str) -> Iterator[str]:
    for phrase in listed.split(","):
        yield re.escape(" ".join(phrase.split())).replace(r"\*", r"\w*")


_PATTERNS = {kind: _compile(listed) for kind, listed in WORDS.items()}
_HARMLESS = _compile(HARMLESS)

"""Finds words of questions that a party may not ask (REQ-12): origin, religion, health and others.

The list is a help against mistakes and bad habits. It reads the five languages of the public in
each language of a form, without case and accents. A `*` stands for any end of a word.
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
        born in, born at, were you born, you were born, native of, birth country,
        geburtsort*, geburtsland*, geburtsstadt*, ort der geburt, sie geboren, du geboren, geboren
        in, geburtig*,
        lugar de nacimiento, pais de nacimiento, ciudad de nacimiento, municipio de nacimiento,
        provincia de nacimiento, donde nacio, donde naciste, nacio en, naciste en, nacido en, nacida
        en, oriund*,
        luogo di nascita, paese di nascita, citta di nascita, comune di nascita, provincia di
        nascita, nato a, nata a, nato in, nata in, dove e nato, dove e nata, dove sei nato, dove sei
        nata, nativo, nativa, nativi
        """,
    ForbiddenKind.ORIGIN: """
        origine*, origin*, ethni*, race*, racial*, racis*, nationalit*, citoyennete*, citizenship*,
        immigr*, emigr*, migrant*, migration*, refugie*, refugee*, couleur de peau, skin colour,
        skin color, langue maternelle, langues maternelles, mother tongue*, native language*,
        first language, ancetre*, ancestr*, ascendan*, descendan*, pays d origine, diaspora*,
        maghreb*, arabe*, arab, arabs, arabic, berbere*, kabyle*, africain*, african*, asiatique*,
        asian*, tsigane*, gitan*, rom, roms, gypsy, gypsies, noirs, noires, blancs, blanches,
        metis, metisse*, titre de sejour, residence permit,
        herkunft*, abstammung*, volksgruppe*, volkszugehorigkeit*, rasse*, staatsangehorigkeit*,
        staatsburger*, auslander*, eingewander*, einwander*, zugewander*, fluchtling*, gefluchtet*,
        asyl*, hautfarbe*, muttersprache*, erstsprache*, vorfahren, ahnen, aussiedler*,
        spataussiedler*, aufenthaltstitel*, aufenthaltsstatus*, sinti, zigeuner*, turkisch*,
        kurdisch*, afrikan*, arabisch*,
        origen*, procedencia*, etnia*, etnic*, etnisch*, raza, razas, nacionalidad*, ciudadania*,
        inmigr*, refugiad*, asilo, color de piel, color de la piel, color de su piel, lengua
        materna, idioma materno, antepasad*, ascendenc*, descendenc*, extranjer*, magreb*,
        indigena*, permiso de residencia,
        provenienz*, razza, razze, razzial*, nazionalit*, cittadinanz*, rifugiat*, profug*,
        richiedente asilo, richiedenti asilo, colore della pelle, colore della sua pelle, lingua
        madre, madrelingua, antenat*, ascendenz*, discendenz*, stranier*, zingar*, arabo, araba,
        arabi, permesso di soggiorno
        """,
    ForbiddenKind.NAME: """
        consonance*, nom de jeune fille, nom de naissance, maiden name*, birth name*,
        family name at birth, nom des parents, nom de vos parents, nom de votre mere,
        nom du pere, nom de la mere, prenom des parents, prenom de vos parents,
        mother s name, mothers name, father s name, fathers name, parents name, parents names,
        sounding name*, patronym*,
        madchenname*, geburtsname*, name bei der geburt, name* der eltern, name* ihrer eltern, name*
        der mutter, name* ihrer mutter, name* des vaters, name* ihres vaters, vorname* der eltern,
        vorname* der mutter, vorname* des vaters, namensklang,
        apellido* de soltera, apellido* de nacimiento, apellido* materno*, apellido* paterno*,
        nombre de nacimiento, nombre* de los padres, nombre* de sus padres, nombre de la madre,
        nombre de su madre, nombre del padre, nombre de su padre,
        cognome da nubile, cognome di nascita, nome di nascita, cognome materno, cognome paterno,
        nome dei genitori, nomi dei genitori, nome dei suoi genitori, nome della madre, nome di sua
        madre, cognome della madre, nome del padre, nome di suo padre
        """,
    ForbiddenKind.RELIGION: """
        religi*, confession*, croyan*, croyez vous, culte, cultes, cultuel*, eglise*, paroisse*,
        mosquee*, synagogue*, temple*, catholi*, protestant*, evangeliq*, evangelical*, orthodox*,
        chretien*, christian*, musulman*, muslim*, islam*, juif*, juive*, judai*, jew, jews, jewish,
        bouddhi*, buddhis*, hindou*, hindu*, sikh*, athee*, atheis*, agnosti*, laique*, faith*,
        belief*, believer*, church*, parish*, mosque*, worship*, pray*, priere*, priez, halal,
        casher*, cacher*, kosher*, ramadan*, careme, lent, bapteme*, baptis*, spiritu*,
        glaube, glauben, glaubens*, glaubig*, konfession*, kirche, kirchen*, kirchlich*,
        gottesdienst*, moschee*, synagoge*, tempel*, katholi*, evangelisch*, christ, christin*,
        christen, christlich*, moslem*, jude, judin*, juden, judisch*, pfarrei*, pfarrgemeinde*,
        taufe, getauft*, beten, betest, gebet, gebete, koscher*, fastenzeit, fasten sie,
        konfirmation*, sekte*,
        confesion*, iglesia*, parroquia*, mezquita*, sinagoga*, templo*, catolic*, evangelic*,
        ortodox*, cristian*, judio*, judia*, budis*, ateo*, atea*, ateis*, creencia*, creyente*,
        cree en, crees en, culto, cultos, su fe, tu fe, misa, misas, reza, rezas, rezar, oracion*,
        bautiz*, bautismo*, cuaresma, laico*, laica*, espiritual*, jehova*,
        chiesa, chiese, parrocchi*, moschea*, sinagog*, tempio, templi, cattolic*, ortodoss*, ebreo,
        ebrea, ebrei, ebree, ebraic*, giudaic*, buddis*, induis*, indu, atei, credente, credenti,
        credenz*, crede in, credi in, fede, culti, a messa, la messa, prega, preghi, pregare,
        preghier*, battez*, battesim*, quaresima, laici, laiche
        """,
    ForbiddenKind.HEALTH: """
        sante, health*, malad*, illness*, disease*, sick, sickness*, handicap*, disab*, invalid*,
        medic*, medec*, doctor*, diagnos*, allerg*, vaccin*, enceinte, grossesse*, pregnan*,
        depress*, diabet*, cancer*, sida, hiv, vih, aids, groupe sanguin, blood type, blood group,
        fauteuil roulant, wheelchair*, pmr, hopital*, hospital*, symptom*, patholog*, addict*,
        alcool*, alcohol*, fumeur*, fumeuse*, smoker*, smoke, drogue*, drugs, regime alimentaire,
        regimes alimentaires, dietary, diet, poids, weight, psychi*, psycholog*, autis*, mental*,
        gesundheit*, gesund, krank, kranke*, krankheit*, erkrank*, leiden sie, beschwerden,
        behinder*, schwerbehinder*, gehbehinder*, pflegebedurf*, pflegegrad*, arzt, arzte, arztin*,
        arztlich*, medikament*, medizin*, impf*, geimpft*, schwanger*, krebs*, blutgruppe*,
        rollstuhl*, klinik*, sucht, suchtig*, alkohol*, raucher*, rauchen, rauchst, drogen*,
        ernahrung*, diat, korpergewicht*, gewicht, seelisch*, geistige*, unvertraglich*,
        salud, enferm*, discapaci*, minusval*, alergi*, vacun*, embaraz*, depresi*, grupo sanguineo,
        silla de ruedas, sintoma*, patolog*, adicci*, adicto*, adicta*, fuma, fumas, fumador*,
        fumar, droga*, dieta*, peso, psiquiatr*, psicolog*, intolerancia*,
        salute, sanitari*, malat*, incinta, gravidanz*, cancro, tumor*, gruppo sanguigno, sedia a
        rotelle, ospedal*, sintom*, dipendenz*, alcol*, fumi, fumare, fumator*, droghe, psichiatr*,
        intolleranz*, celiac*
        """,
    ForbiddenKind.OPINION: """
        opinion*, politi*, vote, votes, votee, voted, voting, voter, voters, votez, vote*z vous,
        votiez, voterez, voteriez, votant*, vote pour, intention de vote, electeur*, electrice*,
        electorat*, elector*, gauche, droite, left wing*, right wing*, centriste*, centrist*,
        ideolog*, philosoph*, convictions, socialis*, communis*, liberal*, conservat*, ecologiste*,
        nationalis*, royalis*, macron*, lepen*, melenchon*, encarte*, parti, partis, party member*,
        other party, which party, sympathisan*, sympathiser*, sympathizer*, militez, petition*,
        pour ou contre, for or against, referendum*, donateur*, donatrice*, donation*, donor*,
        meinung*, wahlabsicht*, wahlverhalten*, wahlentscheidung*, gewahlt, wahler, wahlerin*, wen
        wahlen, was wahlen, wahlst, abgestimmt, stimmabgabe*, ihre stimme, partei, parteien,
        parteimitglied*, parteizugehorig*, parteibuch*, links, rechts, linksextrem*, rechtsextrem*,
        linksradikal*, rechtsradikal*, weltanschau*, uberzeugung*, sozialis*, sozialdemokrat*,
        kommunis*, konservat*, volksabstimmung*, volksbegehren*, volksentscheid*, fur oder gegen,
        spender*, gespendet,
        voto, votos, vota, votas, votar*, votado, votaste, votacion*, izquierda*, derecha*,
        filosof*, conviccion*, comunis*, conservador*, ecologista*, nacionalis*, partido, partidos,
        afiliad*, afiliacion*, militante*, milita, militas, simpatizante*, peticion*, a favor o en
        contra, referendo*, donante*, donacion*, donativo*,
        voti, votato, votata, votera*, elettor*, elettric*, sinistra, destra, convinzion*,
        ecologisti, ecologistiche, nazionalis*, partito, partiti, tesserat*, militanti,
        simpatizzant*, petizion*, favorevole o contrari*, pro o contro, donator*, donazion*
        """,
    ForbiddenKind.UNION: """
        syndicat*, syndique*, syndical*, trade union*, labour union*, labor union*, union member*,
        unionis*, unioniz*, cgt, cfdt, cftc, unsa, cfe cgc, medef,
        gewerkschaft*, dgb, ver di, ig metall, betriebsrat*, arbeitgeberverband*, beamtenbund,
        sindica*, comite de empresa, ccoo, ugt, patronal, sindacat*, sindacal*, cgil, cisl, uil,
        confindustria
        """,
    ForbiddenKind.SEXUALITY: """
        sexu*, sex life, vie intime, gay, gays, lesbi*, bisex*, homosex*, heterosex*, lgbt*, queer*,
        transgenre*, transgender*, transsex*, non binaire*, non binary,
        schwul*, sexleben, intimleben, nicht binar*, nichtbinar*, intersex*, transgenero*, no
        binari*, vida intima, sessual*, omosess*, eterosess*, bisess*, transess*, intersess*, non
        binari*, vita intima
        """,
    ForbiddenKind.BODY: """
        adn, dna, genet*, biometr*, empreinte digitale, empreintes digitales, fingerprint*,
        reconnaissance faciale, face recognition, facial recognition,
        erbgut, gentest*, fingerabdruck*, gesichtserkennung*, huella* dactilar*, huella* digital*,
        reconocimiento facial, impront* digital*, riconoscimento facciale
        """,
    ForbiddenKind.OFFENCE: """
        casier judiciaire, criminal*, condamn*, convicted, conviction, infraction*, offence*,
        offense*, prison*, garde a vue, arrested, delit*,
        vorstraf*, vorbestraft*, straftat*, fuhrungszeugnis*, verurteil*, gefangnis*, haft,
        haftstrafe*, festgenommen, kriminell*, antecedentes, condena*, carcel*, prision*, detenid*,
        arrestad*, infraccion*, casellario giudiziale, fedina penale, precedenti penali, condann*,
        reato, reati, carcere, carceri, prigion*, arrestat*, detenut*, infrazion*
        """,
    ForbiddenKind.SECRET: """
        numero de securite sociale, securite sociale, social security, nir, national insurance,
        passeport*, passport*, carte d identite, identity card*, iban, rib, carte bancaire,
        numero de carte, credit card*, bank card*, bank account*, compte bancaire,
        mot de passe, mots de passe, password*, code secret,
        sozialversicherung*, versicherungsnummer*, steuernummer*, steuer id, steueridentifikation*,
        ausweisnummer*, personalausweis*, reisepass*, passnummer*, kontonummer*, bankkonto*,
        bankverbindung*, kreditkarte*, passwort*, kennwort*, geheimzahl*, seguridad social, dni,
        nif, pasaporte*, documento de identidad, cuenta bancaria, numero de cuenta, tarjeta* de
        credito, tarjeta* bancaria*, contrasena*, clave secreta, codice fiscale, previdenza sociale,
        tessera sanitaria, passaport*, carta d identita, carta di identita, documento d identita,
        documento di identita, conto bancario, conto corrente, numero di conto, carta di credito,
        carte di credito, carta bancaria, codice segreto
        """,
}
# Words that ask for nothing of the kind, although a word in them could.
HARMLESS = """
    bureau de vote, bureaux de vote, polling station*, polling place*, parti en vacances,
    a gauche de, a droite de, droite et gauche, lieu public, syndic, ne a pas, ne en rien,
    links vo*, rechts vo*, colegio* electoral*, mesa* electoral*, a la izquierda de*,
    a la derecha de*, partido de futbol, partido amistoso, lengua* extranjera*,
    idioma* extranjero*, seggio elettorale, seggi elettorali, a sinistra d*, a destra d*,
    si prega, lingua straniera, lingue straniere
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

"""An address is read as a person typed or pasted it; what can't be read has a named fault."""

from supporters.people.typed_addresses import AddressFault, TypedAddressInvalid, parse_typed_address

SURROUNDED = [
    "ada@orange.fr",
    " ada@orange.fr ",
    "ada@orange.fr.",
    "ada@orange.fr,",
    "ada@orange.fr ;",
    "mailto:ada@orange.fr",
    "MAILTO:ada@orange.fr?subject=Bonjour",
    "<mailto:ada@orange.fr>",
    "<ada@orange.fr>",
    "(ada@orange.fr)",
    "«\u00a0ada@orange.fr\u00a0»",
    '"ada@orange.fr"',
    "'ada@orange.fr'",
    "Ada Lovelace <ada@orange.fr>",
    '"Lovelace, Ada" <ada@orange.fr>,',
    "ada @orange.fr",
    "ada@ orange.fr",
    "ada\u00a0@\u202forange.fr",
    "ada\u200b@orange\u00ad.fr\ufeff",
    "\u202aada@orange.fr\u202c",
    "\uff41\uff44\uff41\uff20\uff4f\uff52\uff41\uff4e\uff47\uff45\uff0e\uff46\uff52",
    "ada@orange\u3002fr",
    "ada@orange.fr/",
    "ada@orange.fr (Ada)",
    "ada@orange.fr (travail).",
]


def test_what_surrounds_an_address_is_left_out() -> None:
    read = {typed: parse_typed_address(typed).text for typed in SURROUNDED}
    assert read == dict.fromkeys(SURROUNDED, "ada@orange.fr")


UNCHANGED = ["Ada.L+liste@orange.fr", "o'neil@orange.fr", "'ada@orange.fr", "a-b_c@mail.orange.fr"]


def test_nothing_inside_an_address_is_changed() -> None:
    assert [parse_typed_address(typed).text for typed in UNCHANGED] == UNCHANGED


FAULTY = [
    ("ada", AddressFault.NO_AT),
    ("ada gmail.com", AddressFault.NO_AT),
    ("06 12 34 56 78", AddressFault.TELEPHONE),
    ("+33 (0)6.12.34.56.78", AddressFault.TELEPHONE),
    ("69007", AddressFault.NO_AT),
    ("", AddressFault.NO_AT),
    ("ada@@gmail.com", AddressFault.SEVERAL_AT),
    ("ada@x@gmail.com", AddressFault.SEVERAL_AT),
    ("ada@x.fr, bob@x.fr", AddressFault.SEVERAL),
    ("ada@x.fr bob@x.fr", AddressFault.SEVERAL),
    ("@gmail.com", AddressFault.NOTHING_BEFORE),
    ("ada@", AddressFault.NOTHING_AFTER),
    ("ada lovelace@gmail.com", AddressFault.SPACE),
    ("ada@gmail .com", AddressFault.SPACE),
    ("ada@gmail,com", AddressFault.COMMA),
    ("ada@gmail", AddressFault.NO_DOT),
    ("ada@gmail..com", AddressFault.DOTS),
    (".ada@gmail.com", AddressFault.DOTS),
    ("ada.@gmail.com", AddressFault.DOTS),
    ("a" * 65 + "@gmail.com", AddressFault.TOO_LONG),
    ("ada@" + "b." * 130 + "fr", AddressFault.TOO_LONG),
    ("élodie@gmail.com", AddressFault.ACCENT),
    ("владимир@yandex.ru", AddressFault.BEYOND_ASCII),
    ("ada<b@gmail.com", AddressFault.CHARACTER),
    ("a,b@gmail.com", AddressFault.CHARACTER),
    ("ada@-x.fr", AddressFault.DOMAIN),
    ("ada@gmail.com_", AddressFault.DOMAIN),
    ("ada@site.test", AddressFault.DOMAIN),
]


def test_each_fault_has_its_name() -> None:
    named = [(typed, fault_of(typed)) for typed, _ in FAULTY]
    assert named == FAULTY


def fault_of(typed: str) -> AddressFault | None:
    """Return the fault of a typed address."""
    try:
        parse_typed_address(typed)
    except TypedAddressInvalid as invalid:
        return invalid.fault
    return None

"""Makes the table of postcodes and communes from the package @etalab/decoupage-administratif.

Usage: make_table.py PACKAGE FOLDER. The same package always gives the same text. Each line has a
kind, a key and words: D for a département, W for an arrondissement with its whole commune, P for a
postcode with its communes. Former communes and CEDEX are no part of it.
"""

import json
import lzma
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

COMMUNE, ARRONDISSEMENT = "commune-actuelle", "arrondissement-municipal"
LICENCE = """\
communes.txt.xz is made from the package @etalab/decoupage-administratif {version} (npm).

The data in it:
- Code officiel géographique, INSEE
- Base officielle des codes postaux, La Poste
Both are published under the Licence Ouverte / Open Licence 2.0 of Etalab:
https://www.etalab.gouv.fr/licence-ouverte-open-licence
The licence asks to name the source and the date of the data: they are of the year {year}.

The package itself:

{licence}"""
YEARS = {"6": 2026}  # the year of the data, by the first number of the package's version


def list_lines(communes: list[dict[str, Any]], departements: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines of the table."""
    for each in sorted(departements, key=lambda each: each["code"]):
        yield f"D\t{each['code']}\t{each['nom']}"
    names = {each["code"]: each["nom"] for each in communes if each["type"] == COMMUNE}
    wholes = {each["code"]: each["commune"] for each in communes if each["type"] == ARRONDISSEMENT}
    for code, whole in sorted(wholes.items()):
        yield f"W\t{code}\t{whole} {names[whole]}"
    postcodes = defaultdict(set)
    for each in communes:
        if each["type"] in {COMMUNE, ARRONDISSEMENT} and each["code"] not in wholes.values():
            for postcode in each.get("codesPostaux", ()):
                postcodes[postcode].add(f"{each['code']} {each['nom']}")
    for postcode, found in sorted(postcodes.items()):
        yield f"P\t{postcode}\t{'|'.join(sorted(found))}"


def make(package: Path, folder: Path) -> None:
    """Write the table and its licence file."""
    communes, departements = (
        json.loads((package / "data" / f"{name}.json").read_text())
        for name in ("communes", "departements")
    )
    text = "".join(f"{line}\n" for line in list_lines(communes, departements))
    packed = lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME)
    (folder / "communes.txt.xz").write_bytes(packed)
    version = json.loads((package / "package.json").read_text())["version"]
    licence = LICENCE.format(
        version=version,
        year=YEARS[version.partition(".")[0]],
        licence=(package / "LICENSE").read_text(),
    )
    (folder / "communes.LICENSE").write_text(licence)


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]))

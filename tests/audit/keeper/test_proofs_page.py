"""The table of docs/proofs.txt has the row of each attack, and no other."""

from pathlib import Path

from tests.audit.keeper.all_attacks import ATTACKS, row
from tests.audit.keeper.proofs_table import BEGIN, END, put_into_page, write_table

PAGE = Path(__file__).parents[3] / "docs" / "proofs.txt"


def test_the_page_is_as_make_proofs_writes_it() -> None:
    table = write_table([row(each, each.found_by) for each in ATTACKS])
    text = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    assert text.strip() == table, "Run: make proofs"


def test_databases_that_do_not_agree_have_a_row_each(tmp_path: Path) -> None:
    page = tmp_path / "proofs.txt"
    page.write_text(f"Before\n{BEGIN}\n{END}\nAfter\n")
    one, two, other = ["1a", "a", "SQL", "verify"], ["1a", "a", "SQL", "nobody"], ["2", "b", "", ""]
    put_into_page(page, [(1, other), (0, one), (0, two), (1, other)])
    table = write_table([two, one, other])
    assert page.read_text() == f"Before\n{BEGIN}\n{table}\n{END}\nAfter\n"

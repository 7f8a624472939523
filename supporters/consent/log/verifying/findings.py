"""What the verifier found: what is wrong, and where; and what somebody may want to know."""

from dataclasses import asdict, dataclass, field

KEPT = 1000


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something in one row: its table, its key, its place in the tree if it has one, and words."""

    table: str
    row: str
    what: str
    position: int | None = None

    def __str__(self) -> str:
        """Return it in one line."""
        place = "" if self.position is None else f", position {self.position}"
        return f"{self.table} {self.row}{place}: {self.what}"

    def as_figures(self) -> dict[str, str | int | None]:
        """Return it for JSON."""
        return asdict(self)


@dataclass
class Report:
    """What a run found. Of thousands of faults the first ones are kept, and all are counted."""

    entries: int = 0
    unsealed: int = 0
    heads: int = 0
    records: int = 0
    people: int = 0
    held: int = 0
    outside: int = 0
    fault_count: int = 0
    faults: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)

    def fault(self, table: str, row: object, what: str, *, position: int | None = None) -> None:
        """Add something that is wrong."""
        self.fault_count += 1
        if len(self.faults) < KEPT:
            self.faults.append(Finding(table=table, row=str(row), what=what, position=position))

    def note(self, table: str, row: object, what: str) -> None:
        """Add something that is right, and worth knowing."""
        if len(self.notes) < KEPT:
            self.notes.append(Finding(table=table, row=str(row), what=what))

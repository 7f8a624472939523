"""Lays out plain text: the marks of lists and quotations stand in front of their lines."""


class Layout:
    """A text that grows block by block, within frames that each put a mark before every line."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._first_marks: list[str] = []
        self._marks: list[str] = []
        self._is_apart = False
        self._frames_apart = 0  # how many stay open across the empty line

    def open_frame(self, first_mark: str, mark: str) -> None:
        """Begin a list item or a quotation: `first_mark` is for its first line only."""
        self._first_marks.append(first_mark)
        self._marks.append(mark)

    def close_frame(self) -> None:
        """End the innermost frame."""
        self._first_marks.pop()
        self._marks.pop()
        self._frames_apart = min(self._frames_apart, len(self._marks))

    def keep_apart(self) -> None:
        """Leave an empty line before the next block."""
        self._is_apart = True
        self._frames_apart = len(self._marks)

    def write(self, block: str) -> None:
        """Add the lines of a block."""
        if self._is_apart and self._lines:
            self._lines.append("".join(self._marks[: self._frames_apart]).rstrip())
        self._is_apart = False
        for line in block.split("\n"):
            self._lines.append(("".join(self._first_marks) + line).rstrip())
            self._first_marks = [*self._marks]

    def __str__(self) -> str:
        """Return the whole text."""
        return "\n".join(self._lines) + "\n"

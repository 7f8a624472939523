"""Computes the roots of a growing tree from its leaves alone, in a few hashes of memory."""

from collections.abc import Sequence

from supporters.consent.log.proofs import hash_pair


class Frontier:
    """The roots of the perfect subtrees that the leaves so far make up, the largest first."""

    def __init__(self, peaks: Sequence[tuple[int, bytes]] = ()) -> None:
        self._peaks = [*peaks]

    def push(self, digest: bytes, height: int = 0) -> None:
        """Put a subtree of 2ⁿ leaves behind the others; n is its height."""
        peaks = self._peaks
        while peaks and peaks[-1][0] == height:
            digest = hash_pair(peaks.pop()[1], digest)
            height += 1
        peaks.append((height, digest))

    def root(self) -> bytes:
        """Return the root over all leaves so far; there must be one."""
        *earlier, (_, root) = self._peaks
        for _, peak in reversed(earlier):
            root = hash_pair(peak, root)
        return root

    def copy(self) -> "Frontier":
        """Return another one that goes on from here."""
        return Frontier(self._peaks)

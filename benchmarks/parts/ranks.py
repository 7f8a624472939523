"""Compares two samples by their ranks (Mann and Whitney 1947, with the correction for ties)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True)
class RankTest:
    """The share of pairs in which the first sample is larger, and how probable it is by chance."""

    area: float
    probability: float


def compare_ranks(first: Sequence[float], second: Sequence[float]) -> RankTest:
    """Compare two samples; their populations are alike if the area is near 0.5."""
    m, n = len(first), len(second)
    merged = sorted([*((value, True) for value in first), *((value, False) for value in second)])
    rank_sum, tied, begun = 0.0, 0, 0
    for _value, group in groupby(merged, key=lambda each: each[0]):
        same = [is_first for _, is_first in group]
        rank_sum += sum(same) * (begun + (len(same) + 1) / 2)
        tied += len(same) ** 3 - len(same)
        begun += len(same)
    larger = rank_sum - m * (m + 1) / 2
    variance = m * n / 12 * (m + n + 1 - tied / ((m + n) * (m + n - 1)))
    distance = (larger - m * n / 2) / math.sqrt(variance)
    return RankTest(larger / (m * n), math.erfc(abs(distance) / math.sqrt(2)))

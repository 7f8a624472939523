"""The curves of warm-up plans: how many emails may leave on each day.

The figures are those of KumoMTA, `assets/policy-extras/warmup.toml` (Copyright Kumo Corporation,
Apache License 2.0, https://www.apache.org/licenses/LICENSE-2.0): its schedules `conservative`,
`transactional` and `aggressive`. As there, an hour has a twelfth of its day.
"""

from enum import StrEnum

HOURS_OF_A_DAY = 12


class WarmUpPlan(StrEnum):
    """A plan for a sender whom the providers don't know yet; the slowest is the usual one."""

    CAREFUL = "careful"
    MIDDLE = "middle"
    FAST = "fast"


CURVES: dict[WarmUpPlan, tuple[int, ...]] = {
    WarmUpPlan.CAREFUL: (
        *(50, 100, 200, 400, 800, 1_500, 3_000, 5_000, 7_500, 10_000, 12_500, 15_000, 20_000),
        *(25_000, 30_000, 35_000, 40_000, 45_000, 50_000, 55_000, 60_000, 70_000, 80_000),
        *(90_000, 100_000, 110_000, 120_000, 135_000, 150_000, 175_000),
    ),
    WarmUpPlan.MIDDLE: (
        *(100, 250, 500, 1_000, 2_000, 4_000, 8_000, 12_000, 18_000, 25_000, 35_000, 45_000),
        *(60_000, 80_000, 100_000, 125_000, 150_000, 175_000, 200_000, 250_000, 300_000),
    ),
    WarmUpPlan.FAST: (
        *(200, 500, 1_000, 2_500, 5_000, 10_000, 20_000, 35_000, 50_000, 75_000, 100_000),
        *(150_000, 200_000, 300_000),
    ),
}

"""The silence of the 27 states of the Union by default, each with its source.

Read in November 2026. Where the law itself wasn't read, `is_law_read` is false: the page says so,
and owners can change the hours. `closes` is the usual hour of the last polls.
"""

from collections.abc import Mapping

from supporters.sending_times.rules import SilenceRule

EURONEWS = "Euronews, 4 June 2024 (survey of the 27 states)"
EPRS = "European Parliament Research Service, September 2023 (survey)"
NONE_KNOWN = SilenceRule(source=EURONEWS)
SILENCE_RULES: Mapping[str, SilenceRule] = {
    **dict.fromkeys(("AT", "BE", "DK", "EE", "FI", "DE", "NL", "SE"), NONE_KNOWN),
    "BG": SilenceRule(days_before=1, closes=20, source=f"Изборен кодекс, чл. 182; {EURONEWS}"),
    "CY": SilenceRule(
        days_before=1, closes=18, source="Chief Returning Officer, announcement of 7 June 2024"
    ),
    "CZ": SilenceRule(
        days_before=0,
        closes=14,
        source=f"zákon č. 247/1995 Sb., § 16 (at the polling stations; a precaution); {EURONEWS}",
    ),
    "ES": SilenceRule(
        days_before=1, closes=21, source="LOREG, art. 51.3 y 53 (20:00, 21:00 with the Canaries)"
    ),
    "FR": SilenceRule(
        days_before=1, closes=20, source="Code électoral, art. L. 49", is_law_read=True
    ),
    "GR": SilenceRule(
        days_before=1, closes=19, source="Press on the elections of May 2023 (from Friday midnight)"
    ),
    "HR": SilenceRule(
        days_before=1, closes=19, source="State Election Commission (DIP), statement of 8 June 2024"
    ),
    "HU": SilenceRule(
        source="2013. évi XXXVI. törvény, 143. § (150 m around polling stations only), by the press"
    ),
    "IE": SilenceRule(
        source="An Coimisiún Toghcháin, 1 November 2024 (the moratorium of broadcasters has ended)"
    ),
    "IT": SilenceRule(
        days_before=1,
        closes=23,
        source="Legge 4 aprile 1956, n. 212, art. 9 (polls close at 15:00 on a Monday)",
        is_law_read=True,
    ),
    "LT": SilenceRule(
        days_before=0,
        closes=20,
        source="Rinkimų kodeksas (7 hours before the vote), by the electoral commission (VRK) in "
        f"2023 and 2024; {EURONEWS} names none",
    ),
    "LU": SilenceRule(
        days_before=1, closes=14, source=f"An agreement of the parties (a precaution); {EPRS}"
    ),
    "LV": SilenceRule(
        days_before=1, closes=20, source=f"Priekšvēlēšanu aģitācijas likums; {EURONEWS}"
    ),
    "MT": SilenceRule(
        days_before=1, closes=22, source="General Elections Act, by the press of 7 June 2024"
    ),
    "PL": SilenceRule(days_before=1, closes=21, source="Kodeks wyborczy, art. 105, by the press"),
    "PT": SilenceRule(
        days_before=1,
        closes=20,
        source="Lei n.º 14/79, art. 141.º (19:00, 20:00 with the Azores), by quotation",
    ),
    "RO": SilenceRule(
        days_before=1,
        begins=7,
        closes=21,
        source="Law on the elections to the European Parliament, art. 35",
        is_law_read=True,
    ),
    "SI": SilenceRule(
        days_before=1, closes=19, source="Radio Slovenia on the election of 2018, by the press"
    ),
    "SK": SilenceRule(
        days_before=2,
        begins=7,
        closes=22,
        source="Zákon č. 181/2014 (48 hours before the polls open), by the press",
    ),
}

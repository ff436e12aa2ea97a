"""What every row of a table must satisfy, derived from its contract, and what the domain adds to that.

>>> [rule.name for rule in suite("figures") if rule.columns == ("low", "value")]
['figures.low_le_value']
>>> rule_named("figures.country.pattern").severity
'critical'

A rule of severity `critical` sends the row to quarantine under the rule's name; one of severity `warning`
keeps the row and is counted. `flows/validate.py` runs the rules with Great Expectations.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from schemas.contracts import Column, load_contract

COUNTRIES = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY
    BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK
    FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR
    IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK
    ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM
    PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF
    TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """.split()
) | {"XK"}
"""ISO 3166-1 alpha-2 (2024), and XK, the user-assigned code that everyone uses for Kosovo."""

YEARS_PLAUSIBLE = (1000, 2300)
"""Years that a figure can apply to: a well-known event data set once shipped the year 0025."""

PRESS_YEARS = (1600, 2200)
"""Years in which a newspaper can have appeared: the first did in 1605."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One statement about the rows of a table.

    `check` says what `columns` must be: `not_null`, `unique`, `in_set`, `between`, `matches`, `ordered`
    (first column not greater than the second, less than it where `strict`), `true`. Null passes every check
    but `not_null`. A column that no contract names is derived by `flows/validate.py`.
    """

    name: str
    check: str
    columns: tuple[str, ...]
    why: str
    severity: str = "critical"
    values: tuple[str, ...] | None = None
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    strict: bool = False


@cache
def suite(table: str) -> tuple[Rule, ...]:
    """Every rule of a table: the contract's first, then the domain's."""
    contract = load_contract(table)
    rules = [rule for column in contract.columns for rule in column_rules(table, column)]
    if len(contract.key) == 1:
        rules.append(
            Rule(name=f"{table}.{contract.key[0]}.unique", check="unique", columns=contract.key, why="it is the key")
        )
    return (*rules, *DOMAIN.get(table, ()))


def rule_named(name: str) -> Rule:
    """The rule of that name; KeyError where there is none."""
    for rule in suite(name.partition(".")[0]):
        if rule.name == name:
            return rule
    raise KeyError(f"no expectation is named {name!r}")


def column_rules(table: str, column: Column) -> list[Rule]:
    """What the contract says of one column."""
    name, one = f"{table}.{column.name}", (column.name,)
    rules = []
    if not column.nullable and column.name not in FILLED_LATER.get(table, ()):
        rules.append(Rule(name=f"{name}.not_null", check="not_null", columns=one, why="the contract has no null here"))
    if column.allowed:
        rules.append(Rule(name=f"{name}.allowed", check="in_set", columns=one, values=column.allowed, why="contract"))
    if column.minimum is not None or column.maximum is not None:
        rules.append(
            Rule(
                name=f"{name}.range",
                check="between",
                columns=one,
                minimum=column.minimum,
                maximum=column.maximum,
                why="contract",
            )
        )
    if column.pattern:
        rules.append(Rule(name=f"{name}.pattern", check="matches", columns=one, pattern=column.pattern, why="contract"))
    if column.references:
        rules.append(
            Rule(
                name=f"{name}.known",
                check="true",
                columns=(f"{column.name}_known",),
                why=f"a row of {column.references}",
            )
        )
    return rules


FILLED_LATER = {"articles": ("revision", "valid_from", "story_id")}
"""Columns that the lake fills at commit: null in a batch, checked by `newstally verify`."""


def ordered(name: str, first: str, second: str, why: str, *, strict: bool = False) -> Rule:
    """First column not greater than the second."""
    return Rule(name=name, check="ordered", columns=(first, second), strict=strict, why=why)


def true(name: str, why: str, severity: str = "critical") -> Rule:
    """A derived column, named as the rule's last part, is true or null."""
    return Rule(name=name, check="true", columns=(name.partition(".")[2],), severity=severity, why=why)


def years(name: str, column: str, span: tuple[int, int], why: str) -> Rule:
    """The derived year of a date lies within a span."""
    return Rule(name=name, check="between", columns=(column,), minimum=span[0], maximum=span[1], why=why)


DOMAIN: dict[str, tuple[Rule, ...]] = {
    "articles": (
        true("articles.text_length_counts_text", "offsets count the code points of text"),
        true("articles.text_not_blank", "an article without text says nothing"),
        years("articles.published_plausible", "published_year", PRESS_YEARS, "a misread date, such as 0025-13-45"),
        Rule(
            name="articles.published_known",
            check="not_null",
            columns=("published",),
            severity="warning",
            why="without it, nothing relative is resolved",
        ),
    ),
    "figures": (
        ordered("figures.low_le_value", "low", "value", "bounds hold the value"),
        ordered("figures.value_le_high", "value", "high", "bounds hold the value"),
        true("figures.value_finite", "no text states infinity or not-a-number"),
        ordered("figures.quote_not_empty", "quote_start", "quote_end", "a figure shows where it stands", strict=True),
        ordered("figures.quote_after_sentence_start", "sentence_start", "quote_start", "its sentence holds the quote"),
        ordered("figures.quote_before_sentence_end", "quote_end", "sentence_end", "its sentence holds the quote"),
        true("figures.quote_is_slice", "the quote equals the slice of the article's text"),
        true("figures.sentence_is_slice", "the sentence equals the slice of the article's text"),
        true("figures.article_exists", "every figure belongs to an article"),
        ordered("figures.date_order", "date_start_day", "date_end_day", "an interval ends after it began"),
        true("figures.date_both_or_none", "an interval has two ends"),
        years("figures.date_start_plausible", "date_start_year", YEARS_PLAUSIBLE, "a misread date"),
        years("figures.date_end_plausible", "date_end_year", YEARS_PLAUSIBLE, "a misread date"),
        true("figures.country_in_iso_3166", "the country exists"),
        true("figures.coordinates_both_or_none", "a latitude without a longitude is no place"),
        true("figures.count_not_negative", "nobody counts fewer than none", "warning"),
        true("figures.share_within_100", "a share of a whole is at most the whole, unless it is a change", "warning"),
        true("figures.part_le_total", "a part is at most the whole", "warning"),
        true("figures.past_before_publication", "what was not planned happened before it was told", "warning"),
    ),
    "mentions": (
        ordered("mentions.quote_not_empty", "quote_start", "quote_end", "a mention shows where it stands", strict=True),
        ordered("mentions.quote_after_sentence_start", "sentence_start", "quote_start", "its sentence holds the quote"),
        true("mentions.quote_is_slice", "the quote equals the slice of the article's text"),
        true("mentions.article_exists", "every mention belongs to an article"),
        ordered("mentions.date_order", "date_start_day", "date_end_day", "an interval ends after it began"),
        true("mentions.country_in_iso_3166", "the country exists"),
        true("mentions.coordinates_both_or_none", "a latitude without a longitude is no place"),
        true("mentions.entity_unless_date", "a name has an entity, a time expression has none"),
    ),
}

"""Great Expectations over the tables of one batch: which rows break which rule.

>>> verdict = validate({"figures": table}, measures={"deaths"})      # doctest: +SKIP
>>> verdict.rejected["figures"]                                       # doctest: +SKIP
{17: ('figures.low_le_value',)}

Measured: importing Great Expectations takes 3 s and 150 MB, and each expectation 3 ms a batch whatever it finds. So
Arrow looks first: a rule of one column that it sees to hold in every row is not asked again. The critical rules that
compare columns or look at the text are Great Expectations' to judge in every batch, and so is every rule that some
row seems to break; where `every` is false, only the latter. Of a warning only the number of rows matters, and Arrow
counts them. A context shared by threads gives wrong verdicts, so every call makes its own.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.derived import Columns, article_texts, where
from schemas.expectations import Rule, suite

if TYPE_CHECKING:
    import pandas as pd


@dataclass(slots=True)
class Verdict:
    """What Great Expectations found in the tables of one batch."""

    rejected: dict[str, dict[int, tuple[str, ...]]] = field(default_factory=dict)  # table -> row -> critical rules
    warned: dict[str, int] = field(default_factory=dict)  # rule -> rows kept although they break it
    checked: int = 0  # rules times tables that were run


COMPARING = ("ordered", "true")
"""Checks of more than a column: Great Expectations makes them in every batch."""


def validate(tables: Mapping[str, pa.Table], *, measures: Iterable[str] = (), every: bool = True) -> Verdict:
    """The verdict on a batch's tables, which know each other: a figure's article is looked up in `articles`.

    `every`: Great Expectations is asked in every batch; else only of what Arrow doubts. The tables have passed
    `schemas.arrow.check_arrow`. An empty table has nothing to break.
    """
    verdict = Verdict()
    texts, known = article_texts(tables.get("articles")), frozenset(measures)
    for name, table in tables.items():
        if not table.num_rows:
            continue
        columns = Columns(table, texts, known)
        doubtful = undecided(suite(name), columns)
        critical = tuple(
            rule
            for rule in suite(name)
            if rule.severity == "critical" and (rule in doubtful or (every and rule.check in COMPARING))
        )
        verdict.checked += len(suite(name))
        verdict.warned |= {rule.name: doubts(rule, columns) for rule in doubtful if rule.severity != "critical"}
        for rule, rows in (broken(name, columns, critical) if critical else {}).items():
            of_table = verdict.rejected.setdefault(name, {})
            for row in rows:
                of_table[row] = (*of_table.get(row, ()), rule.name)
    return verdict


def undecided(rules: Iterable[Rule], columns: Columns) -> tuple[Rule, ...]:
    """The rules that Arrow does not see to hold in every row.

    Arrow only ever says yes, and to less than Great Expectations would: it lets nothing pass that it cannot judge.
    """
    return tuple(rule for rule in rules if doubts(rule, columns))


def doubts(rule: Rule, columns: Columns) -> int:
    """How many rows break a rule as far as Arrow can tell; all of them where it cannot."""
    truth = SEEN[rule.check](rule, *map(columns.get, rule.columns))
    if truth is None:
        return columns.num_rows
    null: int = truth.null_count
    kept: int = pc.sum(truth).as_py() or 0
    return columns.num_rows - null - kept


def seen_unique(rule: Rule, column: Any) -> Any:
    """Whether a value is there once; null is not asked."""
    valid = pc.is_valid(column)
    if pc.count_distinct(column, mode="only_valid").as_py() == len(column) - column.null_count:
        return where(valid, pa.scalar(True))
    counted = pc.value_counts(column)
    return where(valid, pc.is_in(column, counted.field("values").filter(pc.equal(counted.field("counts"), 1))))


def seen_between(rule: Rule, column: Any) -> Any:
    """Whether a value lies within the bounds."""
    within = [pc.greater_equal(column, rule.minimum)] if rule.minimum is not None else []
    within += [pc.less_equal(column, rule.maximum)] if rule.maximum is not None else []
    return pc.and_(*within) if len(within) == 2 else within[0]


def seen_matching(rule: Rule, column: Any) -> Any:
    """Whether a value matches a pattern for the whole of it: there RE2 and Python agree. Else None."""
    pattern = rule.pattern or ""
    if pattern.startswith("^") and pattern.endswith("$"):
        return pc.match_substring_regex(column, pattern)
    return None


def seen_listed(rule: Rule, column: Any) -> Any:
    """Whether a value is in the set; null is not asked."""
    return pc.or_(pc.is_in(column, pa.array(rule.values, pa.string())), pc.is_null(column))


def seen_ordered(rule: Rule, first: Any, second: Any) -> Any:
    """Whether the first is not greater than the second, or less where the rule is strict."""
    return pc.less(first, second) if rule.strict else pc.less_equal(first, second)


SEEN: dict[str, Callable[..., Any]] = {
    "not_null": lambda rule, column: pc.is_valid(column),
    "unique": seen_unique,
    "true": lambda rule, column: column,
    "in_set": seen_listed,
    "between": seen_between,
    "matches": seen_matching,
    "ordered": seen_ordered,
}
"""How Arrow sees whether a row keeps a rule: null where a check has nothing to say of it."""


def broken(name: str, columns: Columns, rules: tuple[Rule, ...]) -> dict[Rule, list[int]]:
    """Each of these critical rules that some row breaks, with these rows, as Great Expectations finds them."""
    asset = gx_source().add_dataframe_asset(name)
    frame = frame_of(columns, rules)
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch(batch_parameters={"dataframe": frame})
    form = {"result_format": "COMPLETE", "unexpected_index_column_names": ["_row"], "include_unexpected_rows": False}
    by_name = {rule.name: rule for rule in rules}
    found = {}
    for result in batch.validate(gx_suite(name, rules), result_format=form).results:
        if not result.success:
            rows = (result.result or {}).get("unexpected_index_list")
            # a rule that could not be evaluated lets nothing pass
            found[by_name[rule_of(result)]] = (
                sorted({int(row["_row"]) for row in rows}) if rows else list(range(len(frame)))
            )
    return found


def rule_of(result: Any) -> str:
    """The name of the rule that a result is about."""
    name: str = result.expectation_config.meta["rule"]
    return name


def import_expectations() -> None:
    """Import Great Expectations: 3 s, better spent before the first batch is waiting."""
    import great_expectations.expectations  # noqa: F401


def gx_source() -> Any:
    """A source of data frames of Great Expectations, in a context of its own."""
    logging.getLogger("great_expectations").setLevel(logging.WARNING)  # it tells of every context that it makes
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        return context.data_sources.add_pandas("batch")


def gx_suite(name: str, rules: tuple[Rule, ...]) -> Any:
    """The rules as a suite of Great Expectations; each carries its name and reason as metadata."""
    import great_expectations as gx

    return gx.ExpectationSuite(name=name, expectations=[gx_expectation(rule) for rule in rules])


def gx_expectation(rule: Rule) -> Any:
    """One rule as an expectation."""
    import great_expectations.expectations as known

    name, arguments = EXPECTATIONS[rule.check](rule)
    return getattr(known, name)(severity=rule.severity, meta={"rule": rule.name}, notes=rule.why, **arguments)


EXPECTATIONS: dict[str, Callable[[Rule], tuple[str, dict[str, Any]]]] = {
    "not_null": lambda rule: ("ExpectColumnValuesToNotBeNull", {"column": rule.columns[0]}),
    "unique": lambda rule: ("ExpectColumnValuesToBeUnique", {"column": rule.columns[0]}),
    "true": lambda rule: ("ExpectColumnValuesToBeInSet", {"column": rule.columns[0], "value_set": [1]}),
    "in_set": lambda rule: (
        "ExpectColumnValuesToBeInSet",
        {"column": rule.columns[0], "value_set": list(rule.values or ())},
    ),
    "between": lambda rule: (
        "ExpectColumnValuesToBeBetween",
        {"column": rule.columns[0], "min_value": rule.minimum, "max_value": rule.maximum},
    ),
    "matches": lambda rule: (
        "ExpectColumnValuesToMatchRegex",
        {"column": rule.columns[0], "regex": rule.pattern},
    ),
    "ordered": lambda rule: (
        "ExpectColumnPairValuesAToBeGreaterThanB",
        {
            "column_A": rule.columns[1],
            "column_B": rule.columns[0],
            "or_equal": not rule.strict,
            "ignore_row_if": "either_value_is_missing",
        },
    ),
}
"""What Great Expectations calls each check, with its arguments."""


def frame_of(columns: Columns, rules: Iterable[Rule]) -> pd.DataFrame:
    """The columns that the rules look at, derived ones as numbers, and `_row`, the row's number."""
    given = columns.table.column_names
    wanted = {column for rule in rules for column in rule.columns}
    flat = pa.table({name: scalar_column(columns.get(name)) for name in given if name in wanted})
    frame: pd.DataFrame = flat.to_pandas(date_as_object=False)
    for name in sorted(wanted.difference(given)):
        frame[name] = as_numbers(columns.get(name))
    frame["_row"] = np.arange(columns.num_rows)
    return frame


def scalar_column(column: Any) -> Any:
    """The column, or the length of its lists: only whether a list is null matters here."""
    return pc.list_value_length(column) if pa.types.is_list(column.type) else column


def as_numbers(column: Any) -> Any:
    """Whole numbers, or booleans as 1 and 0; missing where null."""
    whole = pc.cast(column, pa.int8()) if pa.types.is_boolean(column.type) else column
    return pc.cast(whole, pa.float64()).to_numpy(zero_copy_only=False)

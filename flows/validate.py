"""Great Expectations over the tables of one batch: which rows break which rule.

>>> verdict = validate({"figures": table}, measures={"deaths"})      # doctest: +SKIP
>>> verdict.rejected["figures"]                                       # doctest: +SKIP
{17: ('figures.low_le_value',)}

Measured: importing Great Expectations takes 3 s, so it happens inside the worker; a context shared by threads
gives wrong verdicts, so every call makes its own. Each expectation costs 3 ms a batch whatever it finds, so what
Arrow sees at once to hold of a column is not asked. A suite is first asked for a plain yes or no; only the critical
rules that said no are asked again for their rows.
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

from schemas.expectations import COUNTRIES, Rule, suite

if TYPE_CHECKING:
    import pandas as pd


@dataclass(slots=True)
class Verdict:
    """What Great Expectations found in the tables of one batch."""

    rejected: dict[str, dict[int, tuple[str, ...]]] = field(default_factory=dict)  # table -> row -> critical rules
    warned: dict[str, int] = field(default_factory=dict)  # rule -> rows kept although they break it
    checked: int = 0  # rules times tables that were run


def validate(tables: Mapping[str, pa.Table], *, measures: Iterable[str] = ()) -> Verdict:
    """The verdict on a batch's tables, which know each other: a figure's article is looked up in `articles`.

    Tables have passed `schemas.arrow.check_arrow`. An empty table has nothing to break.
    """
    verdict = Verdict()
    texts = article_texts(tables.get("articles"))
    source = gx_source()
    for name, table in tables.items():
        if not table.num_rows:
            continue
        rules = undecided(suite(name), table)
        frame = frame_of(table, rules, texts, frozenset(measures))
        verdict.checked += len(suite(name))
        for rule, rows in broken(source, name, frame, rules).items():
            if rule.severity == "critical":
                of_table = verdict.rejected.setdefault(name, {})
                for row in rows:
                    of_table[row] = (*of_table.get(row, ()), rule.name)
            else:
                verdict.warned[rule.name] = len(rows)
    return verdict


def undecided(rules: tuple[Rule, ...], table: pa.Table) -> tuple[Rule, ...]:
    """The rules that Great Expectations is asked: all but those of one column that Arrow sees to hold in every row.

    Arrow only ever says yes, and to less than Great Expectations would: where it sees one row that might be wrong, the
    rule is asked. Rules that compare columns, or look at the text, are always asked.
    """
    names = set(table.column_names)
    return tuple(
        rule
        for rule in rules
        if rule.check not in PLAINLY or rule.columns[0] not in names or not plainly_holds(rule, table)
    )


def plainly_holds(rule: Rule, table: pa.Table) -> bool:
    """Whether every row keeps a rule of one column, as far as Arrow can tell."""
    return PLAINLY[rule.check](rule, table.column(rule.columns[0]))


def plainly_within(rule: Rule, column: pa.ChunkedArray) -> bool:
    """Whether the least and the greatest value lie within the bounds."""
    bounds = pc.min_max(column).as_py()
    least, greatest = bounds["min"], bounds["max"]
    if least is None:
        return True  # nothing but nulls
    return (rule.minimum is None or least >= rule.minimum) and (rule.maximum is None or greatest <= rule.maximum)


def plainly_matching(rule: Rule, column: pa.ChunkedArray) -> bool:
    """Whether every value matches a pattern for the whole of it: there RE2 and Python agree."""
    pattern = rule.pattern or ""
    return (
        pattern.startswith("^")
        and pattern.endswith("$")
        and holds_everywhere(pc.match_substring_regex(pc.unique(column), pattern))
    )


def holds_everywhere(truth: Any) -> bool:
    """Whether a column of truths has no false; a null has nothing to say."""
    return pc.all(truth, skip_nulls=True).as_py() is not False


PLAINLY: dict[str, Callable[[Rule, pa.ChunkedArray], bool]] = {
    "not_null": lambda rule, column: not column.null_count,
    "unique": lambda rule, column: (
        pc.count_distinct(column, mode="only_valid").as_py() == len(column) - column.null_count
    ),
    "in_set": lambda rule, column: set(pc.unique(column).to_pylist()) <= {None, *(rule.values or ())},
    "between": plainly_within,
    "matches": plainly_matching,
}
"""How Arrow sees that a check of one column holds."""


def broken(source: Any, name: str, frame: pd.DataFrame, rules: tuple[Rule, ...]) -> dict[Rule, list[int]]:
    """Each rule that some row breaks, with these rows; of a warning only their number is right."""
    asset = source.add_dataframe_asset(name)
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch(batch_parameters={"dataframe": frame})
    plain = batch.validate(gx_suite(name, rules), result_format="BOOLEAN_ONLY")
    if plain.success:
        return {}
    failed_names = {rule_of(result) for result in plain.results if not result.success}
    failed = [rule for rule in rules if rule.name in failed_names]
    found = {rule: list(range(rows_of_warning(rule, frame))) for rule in failed if rule.severity != "critical"}
    critical = tuple(rule for rule in failed if rule.severity == "critical")
    if critical:
        by_name = {rule.name: rule for rule in critical}
        form = {
            "result_format": "COMPLETE",
            "unexpected_index_column_names": ["_row"],
            "include_unexpected_rows": False,
        }
        for result in batch.validate(gx_suite(name, critical), result_format=form).results:
            rows = (result.result or {}).get("unexpected_index_list")
            # a rule that could not be evaluated lets nothing pass
            found[by_name[rule_of(result)]] = (
                sorted({int(row["_row"]) for row in rows}) if rows else list(range(len(frame)))
            )
    return found


def rows_of_warning(rule: Rule, frame: pd.DataFrame) -> int:
    """How many rows break a warning that failed: how many is all that is asked of it, and a count needs no second run.

    A rule that could not be evaluated is broken by every row.
    """
    column = frame[rule.columns[0]]
    breaking = column.isna() if rule.check == "not_null" else column == 0
    return int(breaking.sum()) or len(frame)


def rule_of(result: Any) -> str:
    """The name of the rule that a result is about."""
    name: str = result.expectation_config.meta["rule"]
    return name


def import_expectations() -> None:
    """Import Great Expectations: 3 s, better spent before the first batch is waiting."""
    import great_expectations.expectations  # noqa: F401

    logging.getLogger("great_expectations").setLevel(logging.WARNING)  # it tells of every context that it makes


def gx_source() -> Any:
    """A source of data frames of Great Expectations, in a context of its own."""
    import_expectations()
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


def frame_of(
    table: pa.Table, rules: tuple[Rule, ...], texts: Mapping[str, str], measures: frozenset[str]
) -> pd.DataFrame:
    """The columns that the rules look at, derived ones included, and `_row`, the row's number."""
    wanted = {column for rule in rules for column in rule.columns}
    given = [column for column in table.column_names if column in wanted]
    flat = pa.table({column: scalar_column(table.column(column)) for column in given})
    frame: pd.DataFrame = flat.to_pandas(date_as_object=False)
    for column in sorted(wanted - set(given)):
        frame[column] = derived(column, table, texts, measures)
    frame["_row"] = np.arange(table.num_rows)
    return frame


def scalar_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column, or the length of its lists: only whether a list is null matters here."""
    return pc.list_value_length(column) if pa.types.is_list(column.type) else column


def article_texts(articles: pa.Table | None) -> dict[str, str]:
    """Text by article_id."""
    if articles is None:
        return {}
    ids, texts = articles.column("article_id").to_pylist(), articles.column("text").to_pylist()
    return {article: text for article, text in zip(ids, texts, strict=True) if article and text is not None}


def derived(name: str, table: pa.Table, texts: Mapping[str, str], measures: frozenset[str]) -> Any:
    """A column that a rule needs and no contract has, as numbers; missing where there is nothing to say."""
    if name.endswith("_year"):
        return pc.cast(pc.year(table.column(name.removesuffix("_year"))), pa.float64()).to_numpy()
    if name.endswith("_day"):
        return pc.cast(pc.cast(table.column(name.removesuffix("_day")), pa.int32()), pa.float64()).to_numpy()
    if name == "measure_known":
        return holds(value in measures for value in table.column("measure").to_pylist())
    return DERIVED[name](table, texts)


def holds(truths: Iterable[bool | None]) -> Any:
    """1 where it holds, 0 where it does not, missing where there is nothing to say."""
    return np.array([np.nan if truth is None else float(truth) for truth in truths], dtype=np.float64)


def slice_is(quote: str, start: str, end: str) -> Callable[[pa.Table, Mapping[str, str]], Any]:
    """Whether a column of quotes equals the slices of the articles' texts."""

    def check(table: pa.Table, texts: Mapping[str, str]) -> Any:
        columns = (table.column(name).to_pylist() for name in ("article_id", quote, start, end))
        return holds(
            texts[article][first:last] == said
            if article in texts and said is not None and first is not None and last is not None
            else None
            for article, said, first, last in zip(*columns, strict=True)
        )

    return check


def article_exists(table: pa.Table, texts: Mapping[str, str]) -> Any:
    """Whether the row's article is in the batch."""
    return holds(article in texts for article in table.column("article_id").to_pylist())


def country_known(table: pa.Table, texts: Mapping[str, str]) -> Any:
    """Whether the country is one of ISO 3166."""
    return holds(None if code is None else code in COUNTRIES for code in table.column("country").to_pylist())


def both_or_none(first: str, second: str) -> Callable[[pa.Table, Mapping[str, str]], Any]:
    """Whether two columns are null together."""

    def check(table: pa.Table, texts: Mapping[str, str]) -> Any:
        return as_numbers(pc.equal(pc.is_null(table.column(first)), pc.is_null(table.column(second))))

    return check


def text_length_counts_text(table: pa.Table, texts: Mapping[str, str]) -> Any:
    """Whether text_length is the length of text."""
    return as_numbers(pc.equal(pc.utf8_length(table.column("text")), table.column("text_length")))


def text_not_blank(table: pa.Table, texts: Mapping[str, str]) -> Any:
    """Whether the text holds more than spaces."""
    return as_numbers(pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(table.column("text"))), 0))


def value_finite(table: pa.Table, texts: Mapping[str, str]) -> Any:
    """Whether value, low and high are numbers where they are given."""
    finite = [pc.fill_null(pc.is_finite(table.column(name)), True) for name in ("value", "low", "high")]
    return as_numbers(pc.and_(pc.and_(finite[0], finite[1]), finite[2]))


def count_not_negative(table: pa.Table, texts: Mapping[str, str]) -> Any:
    """Whether a count is at least 0."""
    return where(pc.equal(table.column("kind"), "count"), pc.greater_equal(table.column("value"), 0))


def share_within_100(table: pa.Table, texts: Mapping[str, str]) -> Any:
    """Whether a percentage that is a share lies within 0 and 100."""
    share = pc.and_(pc.equal(table.column("kind"), "percent"), pc.equal(table.column("measure"), "share"))
    value = table.column("value")
    return where(share, pc.and_(pc.greater_equal(value, 0), pc.less_equal(value, 100)))


def part_le_total(table: pa.Table, texts: Mapping[str, str]) -> Any:
    """Whether a count is at most the whole that it is a part of."""
    counts = pc.and_(pc.equal(table.column("kind"), "count"), pc.is_valid(table.column("of_total")))
    return where(counts, pc.less_equal(table.column("value"), table.column("of_total")))


def past_before_publication(table: pa.Table, texts: Mapping[str, str]) -> Any:
    """Whether a figure that is claimed to have happened began by the day of publication."""
    happened = pc.is_in(table.column("status"), pa.array(["asserted", "denied"]))
    return where(happened, pc.less_equal(table.column("date_start"), table.column("published")))


def entity_unless_date(table: pa.Table, texts: Mapping[str, str]) -> Any:
    """Whether a name has an entity and a time expression none."""
    return as_numbers(pc.equal(pc.equal(table.column("kind"), "DATE"), pc.is_null(table.column("entity"))))


def where(condition: Any, truth: Any) -> Any:
    """The truth where the condition holds, missing elsewhere."""
    return as_numbers(pc.if_else(pc.fill_null(condition, False), truth, pa.scalar(None, pa.bool_())))


def as_numbers(truth: Any) -> Any:
    """Booleans as 1, 0 and missing."""
    return pc.cast(pc.cast(truth, pa.int8()), pa.float64()).to_numpy()


DERIVED: dict[str, Callable[[pa.Table, Mapping[str, str]], Any]] = {
    "text_length_counts_text": text_length_counts_text,
    "text_not_blank": text_not_blank,
    "value_finite": value_finite,
    "quote_is_slice": slice_is("quote", "quote_start", "quote_end"),
    "sentence_is_slice": slice_is("sentence", "sentence_start", "sentence_end"),
    "article_exists": article_exists,
    "date_both_or_none": both_or_none("date_start", "date_end"),
    "coordinates_both_or_none": both_or_none("latitude", "longitude"),
    "country_in_iso_3166": country_known,
    "count_not_negative": count_not_negative,
    "share_within_100": share_within_100,
    "part_le_total": part_le_total,
    "past_before_publication": past_before_publication,
    "entity_unless_date": entity_unless_date,
}

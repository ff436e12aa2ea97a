"""What rules look at beside the columns of a contract: is the quote the slice, is the country one, do dates pair up.

>>> articles = pa.table({"article_id": ["a"], "text": ["Two died."]})
>>> quotes = pa.table({"article_id": ["a", "a"], "quote": ["Two", "died"], "quote_start": [0, 3], "quote_end": [3, 7]})
>>> Columns(quotes, article_texts(articles)).get("quote_is_slice").to_pylist()
[True, False]

A derived column has a value a row, null where the row has nothing to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from schemas.expectations import COUNTRIES


class Columns:
    """The columns of a table and those derived from them, each made once."""

    def __init__(
        self, table: pa.Table, texts: Mapping[str, str] | None = None, measures: frozenset[str] = frozenset()
    ) -> None:
        self.table = table
        self.texts = texts or {}
        self.measures = measures
        self._derived: dict[str, Any] = {}

    @property
    def num_rows(self) -> int:
        """Rows of the table."""
        return len(self.table)

    def get(self, name: str) -> Any:
        """A column by its name; KeyError where no contract and no rule here knows it."""
        if name in self.table.column_names:
            return self.table.column(name)
        if name not in self._derived:
            self._derived[name] = self._made(name)
        return self._derived[name]

    def _made(self, name: str) -> Any:
        if name.endswith("_year"):
            return pc.year(self.table.column(name.removesuffix("_year")))
        if name.endswith("_day"):
            return pc.cast(self.table.column(name.removesuffix("_day")), pa.int32())
        return DERIVED[name](self)


def article_texts(articles: pa.Table | None) -> dict[str, str]:
    """Text by article_id."""
    if articles is None:
        return {}
    ids, texts = articles.column("article_id").to_pylist(), articles.column("text").to_pylist()
    return {article: text for article, text in zip(ids, texts, strict=True) if article and text is not None}


def slice_is(quote: str, start: str, end: str) -> Callable[[Columns], Any]:
    """Whether a column of quotes equals the slices of the articles' texts."""

    def check(columns: Columns) -> Any:
        texts = columns.texts
        values = (columns.get(name).to_pylist() for name in ("article_id", quote, start, end))
        return pa.array(
            (
                texts[article][first:last] == said
                if article in texts and said is not None and first is not None and last is not None
                else None
                for article, said, first, last in zip(*values, strict=True)
            ),
            pa.bool_(),
        )

    return check


def measure_known(columns: Columns) -> Any:
    """Whether the measure has a rule file; none is no measure."""
    return pc.is_in(columns.get("measure"), pa.array(sorted(columns.measures), pa.string()))


def article_exists(columns: Columns) -> Any:
    """Whether the row's article is in the batch; none is no article."""
    return pc.is_in(columns.get("article_id"), pa.array(list(columns.texts), pa.string()))


def country_known(columns: Columns) -> Any:
    """Whether the country is one of ISO 3166."""
    country = columns.get("country")
    return where(pc.is_valid(country), pc.is_in(country, pa.array(sorted(COUNTRIES), pa.string())))


def both_or_none(first: str, second: str) -> Callable[[Columns], Any]:
    """Whether two columns are null together."""
    return lambda columns: pc.equal(pc.is_null(columns.get(first)), pc.is_null(columns.get(second)))


def text_length_counts_text(columns: Columns) -> Any:
    """Whether text_length is the length of text."""
    return pc.equal(pc.utf8_length(columns.get("text")), columns.get("text_length"))


def text_not_blank(columns: Columns) -> Any:
    """Whether the text holds more than spaces."""
    return pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(columns.get("text"))), 0)


def value_finite(columns: Columns) -> Any:
    """Whether value, low and high are numbers where they are given."""
    finite = [pc.fill_null(pc.is_finite(columns.get(name)), True) for name in ("value", "low", "high")]
    return pc.and_(pc.and_(finite[0], finite[1]), finite[2])


def count_not_negative(columns: Columns) -> Any:
    """Whether a count is at least 0."""
    return where(pc.equal(columns.get("kind"), "count"), pc.greater_equal(columns.get("value"), 0))


def share_within_100(columns: Columns) -> Any:
    """Whether a percentage that is a share lies within 0 and 100."""
    share = pc.and_(pc.equal(columns.get("kind"), "percent"), pc.equal(columns.get("measure"), "share"))
    value = columns.get("value")
    return where(share, pc.and_(pc.greater_equal(value, 0), pc.less_equal(value, 100)))


def part_le_total(columns: Columns) -> Any:
    """Whether a count is at most the whole that it is a part of."""
    counts = pc.and_(pc.equal(columns.get("kind"), "count"), pc.is_valid(columns.get("of_total")))
    return where(counts, pc.less_equal(columns.get("value"), columns.get("of_total")))


def past_before_publication(columns: Columns) -> Any:
    """Whether a figure that is claimed to have happened began by the day of publication."""
    happened = pc.is_in(columns.get("status"), pa.array(["asserted", "denied"]))
    return where(happened, pc.less_equal(columns.get("date_start"), columns.get("published")))


def entity_unless_date(columns: Columns) -> Any:
    """Whether a name has an entity and a time expression none."""
    return pc.equal(pc.equal(columns.get("kind"), "DATE"), pc.is_null(columns.get("entity")))


def where(condition: Any, truth: Any) -> Any:
    """The truth where the condition holds, null elsewhere."""
    return pc.if_else(pc.fill_null(condition, False), truth, pa.scalar(None, pa.bool_()))


DERIVED: dict[str, Callable[[Columns], Any]] = {
    "text_length_counts_text": text_length_counts_text,
    "text_not_blank": text_not_blank,
    "value_finite": value_finite,
    "measure_known": measure_known,
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
"""What the domain's rules look at."""

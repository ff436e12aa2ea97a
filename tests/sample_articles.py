"""The sample articles and what should come out of them, figure by figure.

`python -m tests.sample_articles` prints every field that comes out otherwise than annotated;
`--write` notes them in tests/samples/gaps.toml, which the test holds against what is extracted: a new
miss fails, and so does a mended one until its line is gone.
"""

from __future__ import annotations

import re
import sys
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from flows.sources import SourceProblem, read_documents
from transforms.documents import to_article
from transforms.extract import extract
from transforms.values import Article, Extraction, Figure

ARTICLES = Path(__file__).parent.parent / "flows" / "samples" / "articles"
ANNOTATIONS = Path(__file__).parent / "samples"
GAPS = ANNOTATIONS / "gaps.toml"


@dataclass(frozen=True)
class Sample:
    """One article as extracted, beside its annotation."""

    name: str
    article: Article
    extraction: Extraction
    annotation: dict[str, Any]


def names() -> list[str]:
    """Every annotated article."""
    return sorted(path.stem for path in ANNOTATIONS.glob("*.toml") if path != GAPS)


@cache
def load_sample(name: str) -> Sample:
    """The article of that name, read and extracted as `newstally ingest` does."""
    (path,) = ARTICLES.glob(f"{name}.*")
    (raw,) = read_documents([path])
    assert not isinstance(raw, SourceProblem), raw
    article = to_article(raw)
    annotation = tomllib.loads((ANNOTATIONS / f"{name}.toml").read_text(encoding="utf-8"))
    return Sample(name, article, extract(article), annotation)


def marked_span(text: str, at: str) -> tuple[int, int]:
    """Offsets of what stands in brackets: "over [7,000] people"; white space may differ."""
    before, rest = at.split("[", 1)
    quote, after = rest.split("]", 1)
    pattern = "".join(f"({loosely(part)})" for part in (before, quote, after))
    found = re.search(pattern, text)
    assert found, f"{at!r} is not in the article"
    return found.span(2)


def loosely(text: str) -> str:
    """A pattern for the text in which a blank stands for any white space."""
    return r"\s+".join(re.escape(word) for word in re.split(r"\s", text))


def wanted(entry: dict[str, Any], country: str) -> dict[str, Any]:
    """The annotated fields, with the defaults of the annotation spelled out."""
    relation = entry.get("relation", "exact")
    value = float(entry["value"])
    low = float(entry.get("low", value)) if relation != "under" else None
    high = float(entry.get("high", value)) if relation not in ("over", "vague") else None
    start, _, end = entry.get("date", "").partition("/")
    return {
        "value": value,
        "bounds": (low, high),
        "relation": relation,
        "kind": entry.get("kind", "count"),
        "unit": entry.get("unit"),
        "measure": entry["measure"],
        "of_total": entry.get("of_total"),
        "date": (date.fromisoformat(start), date.fromisoformat(end or start)) if start else None,
        "place": entry.get("place"),
        "country": entry.get("country", country) or None,
        "attribution": entry.get("attribution"),
        "status": entry.get("status", "asserted"),
    }


def extracted(figure: Figure) -> dict[str, Any]:
    """The same fields of an extracted figure."""
    return {
        "value": figure.value,
        "bounds": (figure.low, figure.high),
        "relation": figure.relation,
        "kind": figure.kind,
        "unit": figure.unit,
        "measure": figure.measure,
        "of_total": figure.of_total,
        "date": (figure.date_start, figure.date_end) if figure.date_start or figure.date_end else None,
        "place": figure.place,
        "country": figure.country,
        "attribution": figure.attribution,
        "status": figure.status,
    }


def same(want: Any, got: Any) -> bool:
    """Equal; fractions to two decimals, words without regard to capitals."""
    if isinstance(want, str) and isinstance(got, str):
        return want.casefold() == got.casefold()
    if isinstance(want, float) and isinstance(got, float):
        return abs(want - got) <= 0.005 * max(1.0, abs(want))
    if isinstance(want, tuple) and isinstance(got, tuple):
        return all(same(a, b) for a, b in zip(want, got, strict=True))
    return bool(want == got)


def differences(sample: Sample) -> dict[str, list[str]]:
    """For each annotated figure the fields that came out otherwise; under "extra" what nobody annotated."""
    text = sample.article.text
    free = list(sample.extraction.figures)
    found: dict[str, list[str]] = {}
    for entry in sample.annotation["figures"]:
        start, end = marked_span(text, entry["at"])
        match = next((figure for figure in free if figure.quote_start < end and start < figure.quote_end), None)
        if match is None:
            if not entry.get("optional"):
                found[entry["at"]] = ["missed"]
            continue
        free.remove(match)
        want, got = wanted(entry, sample.annotation["country"]), extracted(match)
        wrong = [name for name in want if not same(want[name], got[name])]
        if (match.quote_start, match.quote_end) != (start, end):
            wrong.insert(0, "span")
        if wrong:
            found[entry["at"]] = wrong
    if free:
        found["extra"] = [f"{text[f.quote_start - 12 : f.quote_start]}[{f.quote}]".replace("\n", " ") for f in free]
    return found


def explain_differences(sample: Sample) -> list[str]:
    """The differences in words, for a person who mends rules."""
    lines = []
    for entry in sample.annotation["figures"]:
        start, end = marked_span(sample.article.text, entry["at"])
        figure = next((f for f in sample.extraction.figures if f.quote_start < end and start < f.quote_end), None)
        if figure is None:
            lines.append(f"{entry['at']}: missed")
            continue
        want, got = wanted(entry, sample.annotation["country"]), extracted(figure)
        wrong = {name: (got[name], want[name]) for name in want if not same(want[name], got[name])}
        if wrong:
            told = "; ".join(f"{name} {a!s} for {b!s}" for name, (a, b) in wrong.items())
            lines.append(f"{entry['at']} ({want['measure']}): {told}")
    lines += [f"extra {quote}" for quote in differences(sample).get("extra", [])]
    return lines


def toml_string(text: str) -> str:
    """A TOML basic string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def gaps_text() -> str:
    """The file of known gaps, made anew."""
    lines = ["# What is known to come out wrong: python -m tests.sample_articles --write", ""]
    for name in names():
        found = differences(load_sample(name))
        lines.append(f"[{toml_string(name)}]")
        lines += [f"{toml_string(at)} = [{', '.join(map(toml_string, wrong))}]" for at, wrong in found.items()]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    for sample_name in names():
        print(f"# {sample_name}")
        for line in explain_differences(load_sample(sample_name)):
            print("  " + line)
    if "--write" in sys.argv:
        GAPS.write_text(gaps_text(), encoding="utf-8")

"""MB of text a second of CPU from text to rows of figures and dates: bench_figures.py FILE.jsonl[.xz] [LIMIT]

Each line of the file is an object with `text`, and perhaps `title` and `published`. One process reads the texts three
times and the fastest counts. Printed are seconds of CPU a MB by stage, MB/s and documents a second; beside them a bare
`re.findall` of digits and number words in the same run; how much more a byte costs in one long line than in pieces of
4 KB (1.00: nothing); and the same for texts that nobody wrote for reading. Names are found outside the clock, and their
stage told apart: they have a benchmark of their own.
"""

from __future__ import annotations

import json
import lzma
import re
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from flows.collector import collector_paused
from transforms.extract import find_all_dates_and_numbers
from transforms.figures import find_figures
from transforms.ids import stable_id
from transforms.names import find_all_names
from transforms.normalize import normalize
from transforms.rows import figure_values, time_values
from transforms.sentences import find_sentences
from transforms.values import Article, Extraction, Mention

Result = TypeVar("Result")
ROUNDS = 3
PIECE, LINE = 4_000, 1_000_000
SOME_DAY = date(1987, 3, 15)
BARE = re.compile(r"\d+|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|million|billion)\b")
HOSTILE = [
    "(",
    "1,",
    "1-",
    "a of ",
    "“a ",
    '"a" ',
    "said that ",
    "killed 5 and ",
    "12 of 7 of ",
    "no one ",
    "x" * 50 + " ",
]


def read_articles(path: Path, limit: int | None) -> list[Article]:
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line, _ in zip(lines, range(limit or sys.maxsize), strict=False)]
    return [article_of(row["text"], row.get("title"), (row.get("published") or str(SOME_DAY))[:10]) for row in rows]


def article_of(text: str, title: str | None = None, published: str = str(SOME_DAY)) -> Article:
    return Article(
        article_id=stable_id("article", text),
        document_id=stable_id("document", text),
        text=text,
        title=title,
        published=date.fromisoformat(published),
    )


class Clock:
    """Seconds of CPU by stage."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    def time(self, stage: str, work: Callable[[], Result]) -> Result:
        began = time.process_time()
        result = work()
        self.spent[stage] = self.spent.get(stage, 0.0) + time.process_time() - began
        return result

    def seconds(self) -> float:
        """All stages but the names."""
        return sum(spent for stage, spent in self.spent.items() if stage != "names")


def read_once(articles: Sequence[Article]) -> tuple[Clock, int, int]:
    """Every stage over all articles; also the rows of figures and of dates made."""
    clock = Clock()
    texts = [article.text for article in articles]
    sentences = clock.time("sentences", lambda: [find_sentences(text) for text in texts])
    names = clock.time("names", lambda: find_all_names(texts, sentences))
    dated = clock.time(
        "dates and numbers",
        lambda: find_all_dates_and_numbers(articles, names),
    )
    figures = clock.time(
        "figures",
        lambda: [
            find_figures(article, numbers, periods, mentions, spans)
            for article, (_, periods, numbers), mentions, spans in zip(articles, dated, names, sentences, strict=True)
        ],
    )
    said = [
        Extraction(figures=tuple(some), mentions=no_names, timexes=tuple(times), periods=(), sentences=tuple(spans))
        for some, (times, _, _), spans in zip(figures, dated, sentences, strict=True)
    ]
    of_figures = clock.time("rows", lambda: rows_of(figure_values, articles, said))
    of_dates = clock.time("rows", lambda: rows_of(time_values, articles, said))
    return clock, of_figures, of_dates


no_names: tuple[Mention, ...] = ()


def rows_of(make: Callable[[Article, Extraction], Any], articles: Sequence[Article], said: Sequence[Extraction]) -> int:
    return sum(len(list(make(article, extraction))) for article, extraction in zip(articles, said, strict=True))


def fastest(articles: Sequence[Article], rounds: int = ROUNDS) -> tuple[Clock, int, int]:
    with collector_paused():  # as in a worker
        return min((read_once(articles) for _ in range(rounds)), key=lambda once: once[0].seconds())


def per_byte(text: str) -> tuple[float, float]:
    """Seconds a MB of one text, and of the same in pieces."""
    pieces = [article_of(text[start : start + PIECE]) for start in range(0, len(text), PIECE)]
    whole, apart = fastest([article_of(text)], 2)[0], fastest(pieces, 2)[0]
    return whole.seconds() / len(text) * 1e6, apart.seconds() / len(text) * 1e6


def report(kind: str, articles: Sequence[Article]) -> None:
    """Print what reading the articles costs, by stage and in all."""
    size, count = sum(len(article.text.encode()) for article in articles) / 1e6, len(articles)
    clock, figures, dates = fastest(articles)
    for stage, spent in clock.spent.items():
        print(f"{kind}: {stage:20} {spent / size:.3f} s a MB")
    seconds = clock.seconds()
    print(
        f"{kind}: figures and dates {size / seconds:.2f} MB/s of CPU, {count / seconds:.0f} documents a second; "
        f"{size:.1f} MB, {count} documents, {figures} figures, {dates} dates"
    )
    print(f"{kind}: with names {size / (seconds + clock.spent['names']):.2f} MB/s of CPU")


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    articles = read_articles(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
    read_once(articles[:20])  # rules are read once
    report("as in the file", articles)
    report("lines joined", [article_of(normalize(one.text).text, one.title, str(one.published)) for one in articles])
    size = sum(len(article.text.encode()) for article in articles) / 1e6
    scan = Clock()
    scan.time("bare", lambda: [BARE.findall(article.text) for article in articles])
    print(f"re.findall of digits and number words: {size / scan.seconds():.1f} MB/s of CPU")
    line = " ".join(" ".join(article.text for article in articles).split())[:LINE]
    whole, apart = per_byte(line)
    print(f"one line of {len(line) / 1e6:.1f} MB against pieces of {PIECE} bytes: {whole / apart:.2f} a byte")
    for unit in HOSTILE:
        whole, apart = per_byte(unit * (100_000 // len(unit)))
        print(f"{unit[:16]!r} over and over, 0.1 MB: {whole:.2f} s a MB, {whole / apart:.2f} of that of its pieces")


if __name__ == "__main__":
    main()

"""MB of text a second of CPU that find_timexes and find_periods read: bench_dates.py FILE.jsonl[.xz] [LIMIT]

Each line of the file is an object with `text` and perhaps `published`. Prints MB/s, dates and periods found, and how
much more a byte costs in one long line than in pieces of 4 KB (1.00: nothing).
"""

from __future__ import annotations

import json
import lzma
import sys
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from transforms.dates import find_periods, find_timexes

PIECE, LINE = 4_000, 1_000_000
SOME_DAY = date(1987, 3, 15)


def read_texts(path: Path, limit: int | None) -> list[tuple[str, date]]:
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line, _ in zip(lines, range(limit or sys.maxsize), strict=False)]
    return [(row["text"], date.fromisoformat((row.get("published") or str(SOME_DAY))[:10])) for row in rows]


def seconds(texts: Iterable[tuple[str, date]]) -> tuple[float, int, int]:
    began = time.process_time()
    dates = periods = 0
    for text, published in texts:
        timexes = find_timexes(text, published)
        dates += len(timexes)
        periods += len(find_periods(text, published, timexes))
    return time.process_time() - began, dates, periods


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    texts = read_texts(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
    find_timexes("1 May", SOME_DAY)  # rules are compiled once
    size = sum(len(text.encode()) for text, _ in texts) / 1e6
    took, dates, periods = seconds(texts)
    line = " ".join(" ".join(text for text, _ in texts).split())[:LINE]
    pieces, _, _ = seconds([(line[start : start + PIECE], SOME_DAY) for start in range(0, len(line), PIECE)])
    whole, _, _ = seconds([(line, SOME_DAY)])
    print(f"{size:.1f} MB, {len(texts)} texts, {dates} dates, {periods} periods: {size / took:.2f} MB/s of CPU")
    print(f"one line of {len(line) / 1e6:.1f} MB against pieces of {PIECE} bytes: {whole / pieces:.2f} per byte")


if __name__ == "__main__":
    main()

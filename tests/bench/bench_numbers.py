"""MB of text a second of CPU that find_numbers reads: bench_numbers.py FILE.jsonl[.xz] [LIMIT]

Each line of the file is an object with `text`. Prints MB/s, numbers found, and how much more a byte costs in one long
line than in pieces of 4 KB (1.00: nothing).
"""

from __future__ import annotations

import json
import lzma
import sys
import time
from pathlib import Path

from transforms.numbers import find_numbers

PIECE, LINE = 4_000, 1_000_000


def read_texts(path: Path, limit: int | None) -> list[str]:
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line, _ in zip(lines, range(limit or sys.maxsize), strict=False)]


def seconds(texts: list[str]) -> tuple[float, int]:
    began = time.process_time()
    found = sum(len(find_numbers(text)) for text in texts)
    return time.process_time() - began, found


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    texts = read_texts(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
    find_numbers("1 dozen")  # rules are compiled once
    size = sum(len(text.encode()) for text in texts) / 1e6
    took, found = seconds(texts)
    line = " ".join(" ".join(texts).split())[:LINE]
    pieces, _ = seconds([line[start : start + PIECE] for start in range(0, len(line), PIECE)])
    whole, _ = seconds([line])
    print(f"{size:.1f} MB, {len(texts)} texts, {found} numbers: {size / took:.2f} MB/s of CPU")
    print(f"one line of {len(line) / 1e6:.1f} MB against pieces of {PIECE} bytes: {whole / pieces:.2f} per byte")


if __name__ == "__main__":
    main()

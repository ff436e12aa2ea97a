"""Speed of the tagger of names: `python tests/bench/bench_names.py CORPUS.jsonl [--articles N] [--spacy]`.

CORPUS holds one {"text": ...} a line. Prints tokens a second of CPU time on one core, warm, from raw text to mentions:
in batches of a hundred articles, one article at a time, and beside them the bare `findall` of the token pattern, which
is what no tagger in Python can beat; with --spacy a blank tokenizer of spaCy, and an untrained tok2vec and ner of
the small size.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

FIRST = """
import time
began = time.process_time()
from transforms.names import find_names
find_names("Alexander Lukashenko spoke in Minsk.")
print(time.process_time() - began)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--spacy", action="store_true")
    options = parser.parse_args()
    with options.corpus.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line, _ in zip(lines, range(options.articles), strict=False)]

    from transforms.names import find_all_names, find_names
    from transforms.tokens import token_pattern

    pattern = token_pattern()
    tokens = sum(len(pattern.findall(text)) for text in texts)
    print(f"{len(texts)} articles, {tokens:,} tokens, {sum(map(len, texts)):,} characters")
    first = subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True, check=True).stdout
    print(f"{'first article, with import and model':40} {float(first):.2f} s")
    hundreds = [texts[start : start + 100] for start in range(0, len(texts), 100)]
    show("bare findall", tokens, lambda: [pattern.findall(text) for text in texts])
    show("mentions, a hundred articles at a time", tokens, lambda: [find_all_names(batch) for batch in hundreds])
    show("mentions, one article at a time", tokens, lambda: [find_names(text) for text in texts])
    if options.spacy:
        import spacy

        few = texts[: max(1, len(texts) // 20)]
        tokens_of_few = sum(len(pattern.findall(text)) for text in few)
        blank, pipeline = spacy.blank("en"), untrained()
        show("spaCy, blank tokenizer", tokens_of_few, lambda: list(blank.pipe(few)))
        show("spaCy, tok2vec and ner, untrained", tokens_of_few, lambda: list(pipeline.pipe(few)), runs=1)


def untrained() -> Any:
    """A pipeline of the architecture and size of the small English one."""
    import spacy

    pipeline = spacy.blank("en")
    recognizer = pipeline.add_pipe("ner")
    for label in ("PERSON", "ORG", "GPE", "LOC", "NORP"):
        recognizer.add_label(label)
    pipeline.initialize()
    return pipeline


def show(name: str, tokens: int, work: Callable[[], object], runs: int = 3) -> None:
    work()  # warm
    seconds = []
    for _ in range(runs):
        began = time.process_time()
        work()
        seconds.append(time.process_time() - began)
    print(f"{name:40} {tokens / min(seconds):12,.0f} tokens/s")


if __name__ == "__main__":
    main()

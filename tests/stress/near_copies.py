"""Precision and recall of stories, on near-copies made from real articles.

    python -m tests.stress.near_copies ARTICLES.jsonl[.xz] [--count 2000]

Of each article, copies as newspapers make them: words edited, the lead or the end cut, a footer added, a new
headline, and two of these at once. Two copies belong together when they come from one article; a pair that shares a
story and does not is judged by its words: articles that the corpus itself repeats are no mistake.
"""

from __future__ import annotations

import argparse
import difflib
import json
import lzma
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import combinations
from pathlib import Path

from tests.lakes import WORDS, digest
from warehouse.duplicates import day_number, signature
from warehouse.index import Entry, Index, key_of

LEAST_WORDS = 60
SAME = 0.5  # share of words in common order from which two articles of the corpus are copies of one another


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="precision and recall of near-duplicates")
    parser.add_argument("articles", type=Path)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(json.dumps(measure(list(texts(options.articles)), options.count, options.seed), indent=1))


def texts(path: Path) -> Iterator[str]:
    """Texts of at least LEAST_WORDS words."""
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as file:
        for line in file:
            text = json.loads(line)["text"]
            if len(text.split()) >= LEAST_WORDS:
                yield text


# ── copies ────────────────────────────────────────────────────────────────────


def edited(text: str, chance: random.Random) -> str:
    """One word in twenty replaced, dropped or doubled by another."""
    words = []
    for word in text.split():
        dice = chance.random()
        if dice < 0.02:
            words.append(chance.choice(WORDS))
        elif dice < 0.04:
            continue
        elif dice < 0.05:
            words += [word, chance.choice(WORDS)]
        else:
            words.append(word)
    return " ".join(words)


def without_lead(text: str, chance: random.Random) -> str:
    """Up to a quarter cut at the beginning."""
    words = text.split()
    return " ".join(words[int(len(words) * chance.uniform(0.05, 0.25)) :])


def without_end(text: str, chance: random.Random) -> str:
    """Up to a third cut at the end, as papers do for space."""
    words = text.split()
    return " ".join(words[: int(len(words) * chance.uniform(0.67, 0.95))])


def with_footer(text: str, chance: random.Random) -> str:
    """A footer of 15 to 40 words."""
    return f"{text} {' '.join(chance.choices(WORDS, k=chance.randint(15, 40)))}"


def with_headline(text: str, chance: random.Random) -> str:
    """Other words for the first seven."""
    return " ".join([*chance.choices(WORDS, k=chance.randint(5, 10)), *text.split()[7:]])


def reset(text: str, chance: random.Random) -> str:
    """Other case, breaks and quotes."""
    return text.upper().replace('"', "''").replace(". ", ".\n\n")


KINDS: dict[str, Sequence[Callable[[str, random.Random], str]]] = {
    "edited": [edited],
    "lead cut": [without_lead],
    "end cut": [without_end],
    "footer": [with_footer],
    "headline": [with_headline],
    "reset": [reset],
    "edited, footer": [edited, with_footer],
    "headline, end cut": [with_headline, without_end],
}


def measure(sources: list[str], count: int, seed: int) -> dict[str, object]:
    """Index originals and copies in batches of any order, and compare stories with origins."""
    chance = random.Random(seed)
    originals = chance.sample(sources, min(count, len(sources)))
    items: list[tuple[int, str, str]] = []  # origin, kind, text
    for origin, text in enumerate(originals):
        items.append((origin, "original", text))
        for kind in chance.sample(list(KINDS), 3):
            copy = text
            for step in KINDS[kind]:
                copy = step(copy, chance)
            items.append((origin, kind, copy))
    chance.shuffle(items)
    cpu = time.process_time()
    story, signing = stories(items)
    cpu = time.process_time() - cpu
    together = missed = 0
    by_kind: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    original = {origin: number for number, (origin, kind, _) in enumerate(items) if kind == "original"}
    for number, (origin, kind, _) in enumerate(items):
        if kind != "original":
            found = story[number] == story[original[origin]]
            by_kind[kind][0] += found
            by_kind[kind][1] += 1
            together += found
            missed += not found
    false = natural = right = 0
    members: dict[int, set[int]] = defaultdict(set)
    pairs: dict[int, list[int]] = defaultdict(list)
    for number, (origin, _, _) in enumerate(items):
        members[story[number]].add(origin)
        pairs[story[number]].append(origin)
    for head, origins in members.items():
        kin = {
            (one, other): difflib.SequenceMatcher(
                None, originals[one].lower().split(), originals[other].lower().split(), autojunk=False
            ).ratio()
            for one, other in combinations(sorted(origins), 2)
        }
        for one, other in combinations(pairs[head], 2):
            if one == other:
                right += 1
            elif kin[min(one, other), max(one, other)] >= SAME:
                natural += 1
            else:
                false += 1
    return {
        "originals": len(originals),
        "copies": together + missed,
        "recall": round(together / (together + missed), 4),
        "precision": round((right + natural) / (right + natural + false), 4),
        "pairs_of_copies": right,
        "pairs_of_articles_that_the_corpus_repeats": natural,
        "false_pairs": false,
        "recall_by_kind": {kind: round(good / total, 3) for kind, (good, total) in sorted(by_kind.items())},
        "milliseconds_an_article": round(1000 * cpu / len(items), 3),
        "of_them_signature": round(1000 * signing / len(items), 3),
    }


def stories(items: Sequence[tuple[int, str, str]], batch: int = 500) -> tuple[list[int], float]:
    """The story of each item (the key of its head), and the CPU seconds that the signatures took."""
    place: dict[int, int] = {}
    story: dict[int, int] = {}
    signing = 0.0
    with tempfile.TemporaryDirectory() as folder:
        index = Index(Path(folder))
        for start in range(0, len(items), batch):
            new = []
            cpu = time.process_time()
            for number, (_, _, text) in enumerate(items[start : start + batch], start):
                key = key_of(digest("near", number))
                place[key] = number
                new.append(
                    Entry(
                        key=key, document=key, published=day_number(date(2020, 1, 1 + number % 28)), revision=1,
                        current=True, story=key, signature=signature(text),
                    )
                )  # fmt: skip
            signing += time.process_time() - cpu
            found = index.place(new, [])
            story |= found.stories
            story |= found.changes
            placed = [
                Entry(
                    key=one.key, document=one.document, published=one.published, revision=1, current=True,
                    story=found.stories[one.key], signature=one.signature,
                )
                for one in new
            ]  # fmt: skip
            index.apply(start, new=placed, stories=found.changes, exposed=found.exposed)
        index.close()
    return [story[key] for key in sorted(place, key=place.__getitem__)], signing


if __name__ == "__main__":
    main()

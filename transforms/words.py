"""Word lists of a language's rules.

>>> "exceed" in word_list("change")
True
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


def word_list(name: str, file: str = "constructions", language: str = "en") -> frozenset[str]:
    """The words of one list; KeyError where the file has none of that name. `_` joins the words of a phrase."""
    content = word_lists(file, language)[name]
    words = content.split() if isinstance(content, str) else content
    return frozenset(word.replace("_", " ") for word in words)


@cache
def word_lists(file: str, language: str = "en") -> dict[str, Any]:
    """All lists of one rule file, as TOML gives them."""
    path = files("transforms") / "rules" / language / f"{file}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))

"""Every example in a docstring is run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import flows
import schemas
import transforms
import warehouse

ELSEWHERE = {"transforms.date_grammar", "transforms.periods"}
"""Their examples need names that test_dates.py gives them."""


def module_names() -> Iterator[str]:
    """Every module of the four packages."""
    for package in (flows, schemas, transforms, warehouse):
        yield package.__name__
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield module.name


@pytest.mark.parametrize("name", sorted(set(module_names()) - ELSEWHERE))
def test_examples_in_docstrings(name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(name))
    assert outcome.failed == 0

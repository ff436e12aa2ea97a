"""Every fuzz target on its seeds, on all finds of the past, and for a moment on mutations of them."""

from __future__ import annotations

import pytest

from tests.fuzz import targets
from tests.fuzz.engine import mutate


@pytest.mark.parametrize("target", targets.TARGETS)
def test_seeds_and_finds(target: str) -> None:
    for data in targets.seeds(target):
        targets.run(target, data)


@pytest.mark.parametrize("target", targets.TARGETS)
def test_mutations(target: str) -> None:
    mutate(target, seconds=3, seed=1)


def test_a_find_is_kept_and_raised(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    def broken(data: bytes) -> None:
        assert len(data) < 3

    monkeypatch.setattr(targets, "FINDS", tmp_path)
    monkeypatch.setitem(targets.TARGETS, "decoding", broken)
    with pytest.raises(AssertionError):
        mutate("decoding", seconds=30, seed=1)
    (find,) = list(tmp_path.glob("decoding-*.bin"))  # type: ignore[attr-defined]
    assert len(find.read_bytes()) >= 3

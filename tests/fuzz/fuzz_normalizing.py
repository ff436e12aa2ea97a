"""Fuzzes the target "normalizing" of targets.py: `python tests/fuzz/fuzz_normalizing.py -max_total_time=600`."""

from __future__ import annotations

from engine import main

if __name__ == "__main__":
    main("normalizing")

"""Fuzzes the target "markup" of targets.py: `python tests/fuzz/fuzz_markup.py -max_total_time=600`."""

from __future__ import annotations

from engine import main

if __name__ == "__main__":
    main("markup")

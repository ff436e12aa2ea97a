"""Fuzzes the target "reading" of targets.py: `python tests/fuzz/fuzz_reading.py -max_total_time=600`."""

from __future__ import annotations

from engine import main

if __name__ == "__main__":
    main("reading")

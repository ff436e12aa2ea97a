"""Fuzzes the target "documents" of targets.py: `python tests/fuzz/fuzz_documents.py -max_total_time=600`."""

from __future__ import annotations

from engine import main

if __name__ == "__main__":
    main("documents")

"""What tests let worker processes do; light to import, for every new process does."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from flows.batches import Batch, BatchDone, process_batch
from flows.spool import read_spool


def kill_on(word: str, batch: Any) -> BatchDone:
    """Work as usual, but die where a document holds the word: as the kernel ends a process that wants all memory."""
    known = batch if isinstance(batch, Batch) else Batch(**batch)
    if any(word in str(raw.content) for raw in read_spool(Path(known.spool))):
        os.kill(os.getpid(), signal.SIGKILL)
    return process_batch(known)

"""Runs a target: under atheris where it is installed (`pip install atheris`), else by random mutation."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

CHUNKS = (
    b"\x00", b"\xff", b"\xfe\xff", b"\n", b"\r\n", b"\f", b"    ", b"- 3 -", b"<p>", b"</p>", b"<![CDATA[", b"&#0;",
    b"&amp;", b"**", b"[", b"](", b"{", b"}", b'"', b"\\", b"\\ud800", b"\xc2\xad", b"\xe2\x80\x8b", b"\xcc\x81",
    b"Reuter", b"Share", b"of the", b"|", b"\x1f\x8b", b"PK\x03\x04", b"7,000", b"\xed\xa0\x80", b"\xe2\x80\x9c",
    b"\x93", b"---\n", b"a-\nb", b" of\nthe",
)  # fmt: skip


def main(target: str) -> None:
    """Fuzz one target; arguments are libFuzzer's (`-max_total_time=SECONDS`, a corpus folder)."""
    try:
        import atheris  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        mutate(target, seconds_of(sys.argv))
        return
    with atheris.instrument_imports(include=["transforms", "flows"]):
        from tests.fuzz import targets
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(targets.seeds(target)):
            (Path(folder) / f"seed{number}").write_bytes(seed)
        options = [*sys.argv, folder, "-max_len=4096", "-timeout=30", f"-artifact_prefix={targets.FINDS}/{target}-"]
        atheris.Setup(options, lambda data: targets.run(target, data))
        atheris.Fuzz()


def seconds_of(arguments: list[str]) -> float:
    """The value of -max_total_time, one minute where it is not given."""
    return next((float(a.partition("=")[2]) for a in arguments if a.startswith("-max_total_time=")), 60.0)


def mutate(target: str, seconds: float, seed: int | None = None) -> None:
    """Random mutations of the seeds until the time is over; the first find is kept and its error raised."""
    from tests.fuzz import targets

    chance, ending, count = random.Random(seed), time.monotonic() + seconds, 0
    pool = targets.seeds(target)
    while time.monotonic() < ending:
        data = mutated(chance, pool)
        count += 1
        try:
            targets.run(target, data)
        except Exception:
            targets.FINDS.mkdir(exist_ok=True)
            name = targets.FINDS / f"{target}-{blake2b(data, digest_size=5).hexdigest()}.bin"
            name.write_bytes(data)
            print(f"{target}: found {name.name} after {count} inputs", file=sys.stderr)
            raise
    print(f"{target}: {count} inputs in {seconds:.0f} s, nothing found")


def mutated(chance: random.Random, pool: list[bytes]) -> bytes:
    """A seed, or two joined, with some bytes changed, cut, doubled or put in."""
    data = bytearray(chance.choice(pool))
    if chance.random() < 0.3:
        data += chance.choice(pool)[1:]
    edits: list[Callable[[int, int], bytes]] = [
        lambda a, b: b"",
        lambda a, b: bytes(data[a:b]) * 2,
        lambda a, b: chance.choice(CHUNKS),
        lambda a, b: chance.choice(CHUNKS) * chance.randint(1, 30),
        lambda a, b: chance.randbytes(chance.randint(1, 4)),
    ]
    for _ in range(chance.randint(1, 8)):
        start = chance.randint(0, len(data))
        stop = min(len(data), start + chance.choice((0, 0, 1, 3, 20)))
        data[start:stop] = chance.choice(edits)(start, stop)
    return bytes(data[:4_096])

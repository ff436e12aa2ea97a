"""Compressed files and archives as streams that cannot blow up: every byte that comes out is counted.

>>> import gzip, io
>>> Unpacked(io.BytesIO(gzip.compress(b"Two died.")), "gz", Budget(9, Limits())).read()
b'Two died.'
"""

from __future__ import annotations

import bz2
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, cast

COMPRESSIONS = {
    ".gz": "gz", ".gzip": "gz", ".xz": "xz", ".lzma": "xz", ".bz2": "bz2", ".zst": "zst", ".zstd": "zst",
    ".tgz": "gz", ".txz": "xz", ".tbz2": "bz2", ".tzst": "zst",
}  # fmt: skip
COMPRESSION_MAGIC = ((b"\x1f\x8b", "gz"), (b"\xfd7zXZ\x00", "xz"), (b"BZh", "bz2"), (b"\x28\xb5\x2f\xfd", "zst"))
CHUNK = 65_536
ZST_INPUT = 1_024  # zstd has no output limit a call; 3 bytes can become a block of 128 KB
HARMLESS = 20_000_000  # a small file may unpack to this much at any ratio
XZ_MEMORY = 256 * 2**20
ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, NotImplementedError, RuntimeError, ValueError,
    struct.error, IndexError,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one document, line or archive may hold; over them it is a problem, not a crash."""

    document_bytes: int = 20_000_000
    line_bytes: int = 60_000_000  # a JSON line escapes: it may be three times its document
    archive_bytes: int = 20_000_000_000  # what one compressed file or archive may unpack to in all
    archive_ratio: float = 200  # and as a multiple of its own size
    archive_members: int = 1_000_000
    archive_depth: int = 3  # archives within archives


MEMBER_ERRORS = (*ZIP_ERRORS, tarfile.TarError)
"""What reading on in a damaged member raises."""


def damaged(error: Exception) -> SourceError:
    """The problem of a member that ends too early or is corrupt."""
    if isinstance(error, tarfile.TarError | EOFError):
        return SourceError("archive.truncated", f"the archive ends too early or is damaged ({error}): fetch it again")
    return SourceError("archive.corrupt", f"the archive or its member is damaged ({error}): fetch it again")


class SourceError(Exception):
    """A file or member that cannot be read on; `reason` and `detail` are those of its SourceProblem."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


class Budget:
    """What one file on disk may unpack to, over all its layers and members."""

    def __init__(self, size: int | None, limits: Limits) -> None:
        self.limits = limits
        self.unpacked = 0
        self.members = 0
        self.packed = size  # None: the size is not known before the end (standard input)

    def spend(self, count: int) -> None:
        """Count bytes that came out; SourceError "archive.bomb" when they are too many."""
        self.unpacked += count
        most = float(self.limits.archive_bytes)
        if self.packed is not None:
            most = min(most, max(HARMLESS, self.packed * self.limits.archive_ratio))
        if self.unpacked > most:
            raise SourceError(
                "archive.bomb",
                f"unpacks to more than {most / 1e6:,.0f} MB: unpack it yourself, or raise archive_ratio_max or"
                " archive_bytes_max",
            )

    def add_member(self) -> None:
        """Count a member of an archive."""
        self.members += 1
        if self.members > self.limits.archive_members:
            raise SourceError(
                "archive.members", f"holds more than {self.limits.archive_members:,} members: split the archive"
            )


class Unpacked(io.RawIOBase):
    """The unpacked bytes of a gz, xz, bz2 or zst stream, of one or several members.

    SourceError: "archive.truncated", "archive.corrupt", "archive.bomb".
    """

    def __init__(self, stream: IO[bytes], compression: str, budget: Budget) -> None:
        super().__init__()
        self.stream = stream
        self.compression = compression
        self.budget = budget
        self.decompressor = new_decompressor(compression)
        self.pending = b""  # input not yet taken
        self.ready = b""  # output not yet given
        self.fresh = True  # no byte of the present member was taken
        self.ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self.ready and not self.ended:
            self.fill()
        count = min(len(buffer), len(self.ready))
        buffer[:count] = self.ready[:count]
        self.ready = self.ready[count:]
        return count

    def fill(self) -> None:
        """Unpack the next piece; set `ended` after the last member."""
        needs_input = getattr(self.decompressor, "needs_input", True)
        data = self.pending
        if not data and needs_input:
            data = self.stream.read(ZST_INPUT if self.compression == "zst" else CHUNK)
            if not data:
                self.finish()
                return
        if self.fresh and not data.strip(b"\x00"):  # padding after the last member
            self.pending = b""
            return
        self.fresh = False
        try:
            self.ready = self.step(data)
        except (zlib.error, lzma.LZMAError, OSError, EOFError, zstd_error()) as error:
            raise SourceError(
                "archive.corrupt", f"the {self.compression} data is damaged ({error}): fetch the file again"
            ) from None
        self.budget.spend(len(self.ready))
        if self.decompressor.eof:
            self.pending = self.decompressor.unused_data
            self.decompressor = new_decompressor(self.compression)
            self.fresh = True

    def step(self, data: bytes) -> bytes:
        """One bounded call of the decompressor."""
        if self.compression == "gz":
            out = self.decompressor.decompress(data, CHUNK * 4)
            self.pending = self.decompressor.unconsumed_tail
        elif self.compression == "zst":
            out = self.decompressor.decompress(data)
            self.pending = b""
        else:
            out = self.decompressor.decompress(data, CHUNK * 4)
            self.pending = b""
        return cast(bytes, out)

    def finish(self) -> None:
        """The input is at its end: right after a member, or too early."""
        self.ended = True
        if not self.fresh:
            raise SourceError("archive.truncated", f"the {self.compression} file ends too early: fetch it again")


def new_decompressor(compression: str) -> Any:
    """A decompressor for one member."""
    if compression == "gz":
        return zlib.decompressobj(31)
    if compression == "xz":
        return lzma.LZMADecompressor(memlimit=XZ_MEMORY)
    if compression == "bz2":
        return bz2.BZ2Decompressor()
    import zstandard

    return zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj()


def zstd_error() -> type[Exception]:
    """zstandard's error class."""
    import zstandard

    return zstandard.ZstdError


def peekable(stream: Any) -> io.BufferedReader:
    """The stream itself where one can look ahead in it, else buffered."""
    return cast(io.BufferedReader, stream) if hasattr(stream, "peek") else io.BufferedReader(stream, CHUNK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file of an archive."""

    name: str
    stream: IO[bytes]


def zip_members(stream: IO[bytes], budget: Budget) -> Iterator[Member | tuple[str, SourceError]]:
    """The files of a zip archive in their order; what cannot be opened comes as its name and the error."""
    try:
        archive = zipfile.ZipFile(stream)
    except ZIP_ERRORS as error:
        raise damaged(error) from None
    with archive:
        for info in archive.infolist():
            if not info.filename or info.is_dir():
                continue
            budget.add_member()
            if info.flag_bits & 1:
                yield info.filename, SourceError("archive.encrypted", "the member is encrypted: unpack it yourself")
                continue
            try:
                with archive.open(info) as member:
                    counted = Counted(member, budget)
                    yield Member(name=info.filename, stream=io.BufferedReader(counted, CHUNK))
            except ZIP_ERRORS as error:
                yield info.filename, damaged(error)


class Counted(io.RawIOBase):
    """A stream whose bytes are counted against the budget."""

    def __init__(self, stream: IO[bytes], budget: Budget) -> None:
        super().__init__()
        self.stream = stream
        self.budget = budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.stream.read(len(buffer))
        self.budget.spend(len(data))
        buffer[: len(data)] = data
        return len(data)


def tar_members(stream: IO[bytes], budget: Budget) -> Iterator[Member | tuple[str, SourceError]]:
    """The regular files of a tar archive, read once from front to back; links and devices are left out."""
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for info in archive:
                if info.isdir():
                    continue
                budget.add_member()
                if not info.isreg():
                    if not info.issym() and not info.islnk():
                        yield info.name, SourceError("archive.special", "the member is a device or pipe: not read")
                    continue
                member = archive.extractfile(info)
                if member is not None:
                    yield Member(name=info.name, stream=member)
    except (tarfile.TarError, EOFError, ValueError, OverflowError) as error:
        raise damaged(error) from None

"""Bytes to characters: byte order mark, UTF-8, the declared charset, then a detector.

>>> decode("Grodno – “5,000”".encode("windows-1252"), charset=None)
('Grodno – “5,000”', 'detected: cp1252')
>>> decode(b"\\xff\\xfeM\\x00i\\x00", charset=None)
('Mi', 'byte order mark: utf-16-le')
"""

from __future__ import annotations

import codecs
import re

from transforms.rejected import DocumentRejected

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16 LE, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

MAGIC = (
    (b"%PDF-", "a PDF file: convert it to text first (pdftotext)"),
    (b"\x89PNG", "a PNG image: remove it from the folder"),
    (b"\xff\xd8\xff", "a JPEG image: remove it from the folder"),
    (b"GIF8", "a GIF image: remove it from the folder"),
    (b"\xd0\xcf\x11\xe0", "an old Office file: save it as text or HTML first"),
    (b"\x7fELF", "a program: remove it from the folder"),
    (b"MZ\x90", "a program: remove it from the folder"),
    (b"SQLite format 3\x00", "an SQLite database: remove it from the folder"),
    (b"{\\rtf", "an RTF file: save it as text first"),
    (b"PK\x03\x04", "a zip or Office file: unpack it, or save it as text first"),
    (b"\x1f\x8b", "gzip data under another name: name it .gz"),
)

NUL_SHARE_BINARY = 0.05  # stray NULs in text are mended; more than this is no text
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
DETECT_BYTES = 200_000  # the detector sees the beginning: its time grows with what it is shown
C1_LETTERS = frozenset(b"\x81\x8d\x8f\x90\x9d")  # undefined in Windows-1252
TYPOGRAPHIC = frozenset(b"\x82\x84\x85\x8b\x91\x92\x93\x94\x95\x96\x97\x9b\xa0\xab\xbb")  # quotes, dashes, …


def decode(content: bytes, charset: str | None) -> tuple[str, str]:
    """The text and how its encoding was found.

    Raises DocumentRejected: "document.empty", "decode.binary".
    """
    if not content.strip():
        raise DocumentRejected("document.empty", "the document is empty: nothing to extract, remove it or fill it")
    for mark, name in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace"), f"byte order mark: {name}"
    refuse_magic(content)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        utf8_errors = error
    else:
        refuse_binary(content)
        return text, "utf-8"
    wide = utf16_without_mark(content)
    if wide:
        return content.decode(wide, "replace"), f"detected: {wide}"
    refuse_binary(content)
    return decode_legacy(content, charset, utf8_errors)


def decode_legacy(content: bytes, charset: str | None, error: UnicodeDecodeError) -> tuple[str, str]:
    """Text that is not UTF-8: as declared, as nearly UTF-8, as detected, at last as Windows-1252."""
    declared = known_charset(charset)
    if declared and declared != "utf-8":
        try:
            return content.decode(declared), f"declared: {declared}"
        except UnicodeDecodeError:
            pass
    if mostly_utf8(content, error):  # one broken sequence does not make a file Latin-1
        return content.decode("utf-8", "replace"), "utf-8 with broken sequences replaced"
    if looks_windows_1252(content):
        return content.decode("cp1252"), "detected: cp1252"
    from charset_normalizer import from_bytes  # late: half of all runs never meet such a file

    best = from_bytes(content[:DETECT_BYTES]).best()
    if best is None:
        raise DocumentRejected("decode.binary", "no text encoding fits the bytes: convert the document to UTF-8 text")
    return content.decode(best.encoding, "replace"), f"detected: {best.encoding}"


def refuse_magic(content: bytes) -> None:
    """Raise for files that announce another format in their first bytes."""
    for magic, what in MAGIC:
        if content.startswith(magic):
            raise DocumentRejected("decode.binary", f"the document is {what}")


def refuse_binary(content: bytes) -> None:
    """Raise where control characters are too many for text."""
    sample = content[:65_536]
    if len(CONTROL.findall(sample)) > NUL_SHARE_BINARY * len(sample):
        raise DocumentRejected("decode.binary", "the document is binary data, not text: convert it to UTF-8 text")


def utf16_without_mark(content: bytes) -> str | None:
    """UTF-16 whose mark is missing: every other byte of Latin text is NUL."""
    sample = content[:4_096]
    half = len(sample) // 2
    if half < 4:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def mostly_utf8(content: bytes, error: UnicodeDecodeError) -> bool:
    """Whether valid multi-byte sequences outnumber the broken ones by far."""
    good = broken = 0
    text = content[max(0, error.start - 2_000) : error.start + 200_000].decode("utf-8", "replace")
    for char in text:
        if char == "\ufffd":
            broken += 1
        elif char > "\x7f":
            good += 1
    return good > 4 * broken


def looks_windows_1252(content: bytes) -> bool:
    """Western text: every high byte is a quote, a dash or an accented letter between plain ASCII letters.

    A detector asked about a few curly quotes guesses among fifty code pages; in English text the high bytes
    are few, and 0x91-0x97 beside ASCII letters or spaces are quotes and dashes in Windows-1252 alone.
    """
    high = [byte for byte in content[:DETECT_BYTES] if byte > 0x7F]
    if any(byte in C1_LETTERS for byte in high):
        return False
    typographic = sum(byte in TYPOGRAPHIC for byte in high)
    few = len(high) < 0.03 * min(len(content), DETECT_BYTES)
    return typographic == len(high) or (few and (typographic > 0 or len(high) < 40))


def known_charset(charset: str | None) -> str | None:
    """The codec's name, None where Python has no such text codec."""
    if not charset:
        return None
    try:
        info = codecs.lookup(charset.strip().strip("\"'"))
    except (LookupError, ValueError):
        return None
    return info.name if getattr(info, "_is_text_encoding", True) else None

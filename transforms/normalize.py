"""Text that offsets can trust: characters repaired, broken lines joined, boilerplate cut and recorded.

>>> normalize("MINSK, Aug 17 - Workers walked\\nout on Monday at the plant.\\n\\n  Share this article\\n").text
'MINSK, Aug 17 - Workers walked\\nout on Monday at the plant.'
>>> normalize("At least 200,000 people filled the centre of the cap-\\nital on Sunday.").text
'At least 200,000 people filled the centre of the capital on Sunday.'

A paragraph is a line of the result. `normalize(normalize(x).text).text == normalize(x).text` for every x: the
passes are repeated until the text stands still.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

from ftfy import TextFixerConfig, fix_text
from ftfy.badness import is_bad

from transforms.boilerplate import cut_boilerplate, load_boilerplate
from transforms.metadata import is_byline, split_run_together
from transforms.values import Cut

PASSES = 12  # each pass that changes something makes the text shorter or a rule fewer: two are the rule
LINE_BREAKS = re.compile("\r\n?|[\v\x85\u2028\u2029]")
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
INVISIBLE = re.compile("[\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]")
ODD_SPACES = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
SOFT_HYPHEN = re.compile("\xad(?:[ \t]*\n[ \t]*)?")
ODD = re.compile(
    "[\x85\xa0\xad\u1680\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f\u2060\u2066-\u2069\u3000\ufeff\ufff9-\ufffb]"
)  # what the four patterns above change
FOR_FTFY = re.compile(  # beside mojibake: C1 controls, ligatures, full width letters
    "[\x80-\x9f\u0132\u0133\u0149\u01c4-\u01cc\u01f1-\u01f3\u3000\ufb00-\ufb06\uff01-\uffef\ufffd]|\xc2 "
)
TERMINAL_ESCAPE = re.compile(r"\x1b\[[\d;?]*[a-zA-Z]")
NON_ASCII = re.compile("[^\x00-\x7f]+")
SURROGATE = re.compile("[\ud800-\udfff]")
COLUMN_GAP = re.compile(r"(?<=\S)(?: {3,}| *\t[ \t]*)(?=\S)")
SPACES = re.compile(r" {2,}")
PAGE_NUMBER = re.compile(r"(?:page\s+\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|[-–—]\s*\d{1,4}\s*[-–—])", re.IGNORECASE)
PAGE_NUMBER_STARTS = "Pp-–—"
PAGE_NUMBER_MOST = 60
BARE_NUMBER = re.compile(r"\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?")
FIRST_WORD = re.compile(r"\w+")
ADDRESS = re.compile(r"\S*@\S+\.\S+|https?:|www\.")
TERMINAL = frozenset('.?!:;…"”’)]»*|')
WRAP_LEAST, WRAP_MOST = 30, 140  # widths at which people and programs wrap prose
HANGING_LEAST = 50
SLACK = 9  # the ninth part of the width, seven characters of the wire's 64
MID_SENTENCE = 40  # a shorter line that ends without a full stop may be a heading or a row


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalized:
    """The article's text and what was left out, in text order."""

    text: str
    cuts: tuple[Cut, ...]


def normalize(text: str, language: str = "en") -> Normalized:
    """The text with repaired characters, whole paragraphs and without boilerplate; every step is idempotent."""
    rules = load_boilerplate(language)
    cuts: list[Cut] = []
    kept: list[str] = []
    for _ in range(PASSES):
        paragraphs, found = whole_paragraphs(text)
        cuts += found
        if paragraphs != kept or not paragraphs:  # else they are what the pass before has kept, line by line
            kept, found = cut_boilerplate(paragraphs, rules)
            cuts += found
        again = "\n".join(line for line in kept if line)
        if kept and kept[-1] not in paragraphs:  # the last line lost its ending, and may now be boilerplate itself
            kept = []
        if again == text:
            break
        text = again
    return Normalized(text=text, cuts=tuple(cuts))


def whole_paragraphs(text: str) -> tuple[list[str], list[Cut]]:
    """One pass over characters, pages and lines."""
    text = repair_characters(text)
    lines, cuts = without_page_breaks(text.split("\n"), "\f" in text)
    return join_lines(lines), cuts


def repair_characters(text: str) -> str:
    """Unicode repaired and composed; one kind of line break; no control or invisible characters."""
    if not text.isascii():
        text = repair_unicode(text)
    if "\r" in text or "\v" in text:
        text = LINE_BREAKS.sub("\n", text)
    if "^M" in text:  # carriage returns as some programs print them
        text = text.replace("^M\n", "\n").removesuffix("^M")
    if "\x1b" in text:
        text = TERMINAL_ESCAPE.sub("", text)
    return CONTROL.sub("", text)


def repair_unicode(text: str) -> str:
    """Mojibake undone (ftfy), surrogates joined or replaced, NFC; quotes, dashes and accents stay as they are."""
    beyond = beyond_ascii(text)
    if SURROGATE.search(beyond):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if is_bad(beyond) or FOR_FTFY.search(beyond):
        text = fix_text(text, ftfy_config())
    if ODD.search(beyond_ascii(text)):
        text = LINE_BREAKS.sub("\n", text)
        text = SOFT_HYPHEN.sub("", text)
        text = INVISIBLE.sub("", text)
        text = ODD_SPACES.sub(" ", text)
    return unicodedata.normalize("NFC", text)


def beyond_ascii(text: str) -> str:
    """The letters beyond ASCII, each run with its neighbours: what is wrong with a text is to be seen there, and ftfy,
    which goes through all of it line by line and step by step, is only asked when something is."""
    around = [text[max(0, run.start() - 4) : run.end() + 4] for run in NON_ASCII.finditer(text)]
    return "\n".join(around)


@cache
def ftfy_config() -> TextFixerConfig:
    """ftfy without what would change what the author typed: quotes and entities are kept."""
    return TextFixerConfig(uncurl_quotes=False, unescape_html=False, normalization="NFC", explain=False)


def without_page_breaks(lines: list[str], form_feeds: bool) -> tuple[list[str], list[Cut]]:
    """Lines without page numbers; beside a form feed also without bare numbers and running headers."""
    if not form_feeds:
        numbers = [line for line in lines if len(line) < PAGE_NUMBER_MOST and is_page_number(line)]
        if not numbers:
            return lines, []
        kept = [line for line in lines if not is_page_number(line)]
        return (kept, list(map(page_cut, numbers))) if any(map(str.strip, kept)) else (lines, [])
    return without_page_edges("\n".join(lines).split("\f"))


def is_page_number(line: str) -> bool:
    """A line that says nothing but its page: "Page 2 of 8", "- 3 -"."""
    stripped = line.strip()
    return (
        stripped[:1] in PAGE_NUMBER_STARTS
        and len(line) < PAGE_NUMBER_MOST
        and PAGE_NUMBER.fullmatch(stripped) is not None
    )


def page_cut(line: str) -> Cut:
    """The cut of a page's number or running header."""
    return Cut(rule="normalize.page_break", text=line.strip())


def without_page_edges(pages: list[str]) -> tuple[list[str], list[Cut]]:
    """Pages joined without the numbers and repeated headers at their edges."""
    split = [[line for line in page.split("\n") if line.strip()] for page in pages]
    edges: dict[str, int] = {}
    for page in split:
        for line in {digitless(line) for line in page[:2] + page[-2:]}:
            edges[line] = edges.get(line, 0) + 1
    lines, cuts = [], []
    for number, page in enumerate(split):
        for place, line in enumerate(page):
            at_edge = (place < 2 and number > 0) or (place >= len(page) - 2 and number < len(split) - 1)
            stripped = line.strip()
            header = at_edge and len(stripped) < 100 and edges.get(digitless(line), 0) > 1
            if is_page_number(line) or (at_edge and BARE_NUMBER.fullmatch(stripped)) or header:
                cuts.append(page_cut(line))
            else:
                lines.append(line)
        lines.append("")
    if not any(lines):
        return [line for page in split for line in page], []
    return lines, cuts


def digitless(line: str) -> str:
    """The line with its digits as one mark, so that numbered headers are alike."""
    return re.sub(r"\d+", "#", line.strip().casefold())


def join_lines(lines: list[str]) -> list[str]:
    """One string a paragraph: lines wrapped at a width are joined, and lines broken in mid-sentence."""
    width, indent = find_wrapping(lines)
    paragraphs: list[str] = []
    before: str | None = None  # the raw line above, None after a blank one
    for raw in lines:
        line = raw.strip()
        if not line:
            before = None
            continue
        if "\t" in line or "   " in line:
            line = COLUMN_GAP.sub("\t", line)
        if "  " in line:
            line = SPACES.sub(" ", line)
        if paragraphs and (
            breaks_sentence(paragraphs[-1], line)
            or (width and before is not None and is_wrapped(before, raw, width, indent))
        ):
            paragraphs[-1] = joined(paragraphs[-1], line)
        else:
            paragraphs += split_run_together(line)
        before = raw.rstrip()
    return paragraphs


def breaks_sentence(paragraph: str, line: str) -> bool:
    """Whether the line goes on in the sentence that the paragraph left unfinished."""
    if len(paragraph) < MID_SENTENCE or paragraph[-1] in TERMINAL or paragraph.isupper():
        return False  # in capitals: a headline
    if line[0].islower():
        return not ADDRESS.match(line) and not is_byline(line)
    return ends_open(paragraph)


def ends_open(line: str) -> bool:
    """Whether the last word wants another one: "were held in Brest and"."""
    return line[line.rfind(" ") + 1 :] in line_rules()["open_ends"]


@cache
def line_rules(language: str = "en") -> dict[str, frozenset[str]]:
    """The packaged words about line ends."""
    path = files("transforms") / "rules" / language / "normalize.toml"
    return {name: frozenset(words) for name, words in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def find_wrapping(lines: list[str]) -> tuple[int, int]:
    """The width at which the lines were wrapped and their usual indentation; width 0: each line is a paragraph.

    Evidence are lines that end in mid-sentence, and indented lines that go on without indentation, as on the wire.
    """
    width = unfinished = hanging = breaks = 0
    for line, after in pairwise(lines):
        if not line or not after:
            continue
        ended = line.rstrip()
        length = len(ended)
        if length < WRAP_LEAST:
            continue
        breaks += 1
        if length > WRAP_MOST:
            continue
        if breaks_sentence(ended, after.strip() or "."):
            unfinished += 1
            width = max(width, length)
        elif length >= HANGING_LEAST and line.startswith("  ") and after[0] not in " \t" and ended[-1] not in TERMINAL:
            hanging += 1
            width = max(width, length)
    if not hanging and (unfinished < 2 or unfinished * 4 < breaks):
        return 0, 0
    indents = Counter(len(line) - len(line.lstrip()) for line in lines if line and not line.isspace())
    return width, min(indents) if hanging else indents.most_common(1)[0][0]


def is_wrapped(before: str, raw: str, width: int, indent: int) -> bool:
    """Whether the break came from the width: no new indentation, and the next word would not have fitted.

    Where the line does not end a sentence the width is taken less strictly: some programs break before it.
    """
    if len(before) > WRAP_MOST or len(raw) - len(raw.lstrip()) > indent:
        return False
    first = raw.split(None, 1)[0]
    if before.isupper() and not raw.isupper():
        return False  # a headline in capitals
    slack = 0 if before[-1:] in TERMINAL else width // SLACK
    return len(before) + 1 + len(first) > width - slack


def joined(paragraph: str, line: str) -> str:
    """The two parts of a sentence; a hyphen at the break goes where it divided a word."""
    if paragraph[-1] == "-" and paragraph[-2:-1].isalnum() and line[0].isalnum():
        half = FIRST_WORD.match(line)
        divided = half is not None and half[0] in line_rules()["word_halves"]
        return (paragraph[:-1] if divided else paragraph) + line
    return f"{paragraph} {line}"

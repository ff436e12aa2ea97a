"""Markdown and pieces of HTML to text: what a reader sees stays, in its order; marks and targets go.

>>> markdown_to_text("# Walkout\\n\\n**A. Author****17 August 2020**\\n\\nSee the [statement](https://example.org/1).")
'Walkout\\n\\nA. Author\\n17 August 2020\\n\\nSee the statement.'
>>> looks_like("Plain words, <TCB> a ticker, 2*3*4.")
'text/plain'
"""

from __future__ import annotations

import html
import re

HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*){0,5}<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
XML_START = re.compile(r"\s*<(?:\?xml\s|(?:rss|feed|nitf|newsItem|newsMessage|NewsML|TEI|svg)\s[^<>]{0,500}=)")
HTML_BLOCKS = re.compile(  # a small p: <P> is a ticker symbol
    r"(?i:</(?:p|div|li|h[1-6]|td|article|section)\s*>|<br\s*/?>)|<p(?:\s[^<>]*)?>"
)
HTML_TAG = re.compile(
    r"</?(?:a|abbr|article|aside|b|blockquote|br|caption|center|cite|code|dd|div|dl|dt|em|figcaption|figure|font"
    r"|footer|h[1-6]|header|hr|i|img|li|main|nav|ol|p|pre|q|s|section|small|span|strike|strong|sub|sup|table|tbody|td"
    r"|tfoot|th|thead|time|tr|u|ul)(?:\s[^<>]{0,2000})?/?>",
    re.I,
)
HTML_UNSEEN = (("<script", "</script"), ("<style", "</style"), ("<noscript", "</noscript"), ("<!--", "--"))
MARKDOWN = re.compile(r"\*\*\S|\]\(\S|^#{1,6} \S|^\[[^\]\n]{1,80}\]: \S", re.M)
FRONT_MATTER = re.compile(r"\A\ufeff?(---|\+\+\+)[ \t]*\r?\n(.*?)\r?\n\1[ \t]*(?:\r?\n|\Z)", re.S)
FRONT_MATTER_MOST = 20_000


def looks_like(text: str) -> str:
    """The media type by content: HTML needs its own tags, Markdown its own marks; a lone "<" is prose."""
    if "<" in text:
        if HTML_START.match(text):
            return "text/html"
        if XML_START.match(text):
            return "application/xml"
        if len(HTML_BLOCKS.findall(text, 0, 200_000)) >= 2:
            return "text/html; fragment"
    return "text/markdown" if ("*" in text or "](" in text or "#" in text) and MARKDOWN.search(text) else "text/plain"


# --- Markdown ---------------------------------------------------------------------------------------------------

ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")
HARD_BREAK = re.compile(r"(?:(?<! ) {2,}|\\)\n")
IMAGE = re.compile(
    r"!\[([^\[\]]{0,500})\]"
    r"(?:\([^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,500})?(?:\s+[\"'][^\"'\n]{0,500}[\"'])?\)|\[[^\[\]]{0,100}\])"
)
LINK = re.compile(
    r"\[((?:[^\[\]\\]|\\.|\[[^\[\]]{0,200}\]){0,1000})\]"
    r"(?:\(\s{0,9}<?[^()<>\s]{0,2000}(?:\([^()\s]{0,200}\)[^()<>\s]{0,500}){0,5}>?"
    r"(?:\s{1,9}(?:\"[^\"\n]{0,500}\"|'[^'\n]{0,500}'))?\s{0,9}\)|\[[^\[\]]{0,100}\])"
)
REFERENCE = re.compile(r"^ {0,3}\[\^?[^\]\n]{1,100}\]:[ \t]*<?(?:https?://|www\.|mailto:|/|#)\S*>?.*$\n?", re.M)
FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,40}\]:?")
AUTOLINK = re.compile(r"<(?:https?://|mailto:)[^<>\s]{1,2000}>")
HEADING = re.compile(r"^ {0,3}#{1,6}[ \t](.*)$", re.M)
UNDERLINE = re.compile(r"^ {0,3}(?:=+|-{2,})[ \t]*$", re.M)
RULE = re.compile(r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$", re.M)
FENCE = re.compile(r"^ {0,3}(?:```|~~~).*$\n?", re.M)
QUOTED = re.compile(r"^ {0,3}(?:>[ ]?)+", re.M)
BULLET = re.compile(r"^([ \t]*)[*+-][ \t]+(?=\S)", re.M)
TABLE_RULE = re.compile(r"^[ \t]*(?:\|[ \t]*)?:?-{3,}:?[ \t]*(?:\|[ \t]*:?-{3,}:?[ \t]*)*(?:\|[ \t]*)?$\n?", re.M)
TABLE_ROW = re.compile(r"^[ \t]*\|(.+)\|[ \t]*$", re.M)
RUN_TOGETHER = re.compile(r"(?<=[^\s*])\*{4}(?=[^\s*])")
STRONG = re.compile(  # marks, not pairs: a pair's search for its end would be quadratic
    r"(?<![\\*])\*{2,3}(?=[^\s*])|(?<=[^\s*\\])\*{2,3}(?!\*)"
    r"|(?<![\w\\])_{2,3}(?=[^\s_])|(?<=[^\s_\\])_{2,3}(?!\w)|~~"
)
EMPHASIS = re.compile(
    r"(?<![\w*\\])\*(?=[^\s*])([^*\n]{1,500}?)(?<=\S)\*(?![\w*])"
    r"|(?<![\w_\\])_(?=[^\s_])([^_\n]{1,500}?)(?<=\S)_(?![\w_])"
)
SHORTCODE = re.compile(r"\{\{[<%][^{}\n]{0,500}[>%]\}\}|\{%[^{}\n]{0,500}%\}")  # Hugo and Jekyll
CODE = re.compile(r"`{1,3}([^`\n]{1,500})`{1,3}")


def markdown_to_text(text: str) -> str:
    """The words of a Markdown document; headings stay lines of their own, lists and tables stay rows."""
    text = text.replace("\r\n", "\n")
    text = SHORTCODE.sub("", text) if "{" in text else text
    text = FENCE.sub("", TABLE_RULE.sub("", REFERENCE.sub("", text)))
    text = HARD_BREAK.sub("\n\n", text)
    text = RULE.sub("", UNDERLINE.sub("", text))
    text = HEADING.sub(lambda heading: f"\n{heading[1].strip().rstrip('#').rstrip()}\n", text) if "#" in text else text
    text = QUOTED.sub("", text)
    text = BULLET.sub(r"\n\1- ", text)
    text = TABLE_ROW.sub(cells, text)
    text = inline_marks(text)
    text = re.sub(r"\n{3,}", "\n\n", text)
    return text.strip("\n")


def cells(row: re.Match[str]) -> str:
    """A row of a table, its cells parted by tabs."""
    return "\n" + "\t".join(cell.strip() for cell in row[1].split("|"))


def inline_marks(text: str) -> str:
    """Links, images, emphasis and code without their marks."""
    if "[" in text:
        text = IMAGE.sub(r"\1", text)
        text = LINK.sub(r"\1", text)
        text = FOOTNOTE.sub("", text)
    text = AUTOLINK.sub("", text)
    if "<" in text:
        text = without_tags(BREAKING.sub("\n\n", without_unseen(text)))
    if "*" in text:
        text = RUN_TOGETHER.sub("**\n**", text)  # "**A. Author****17 August 2020**": two bold runs, two lines
    text = STRONG.sub("", text)
    text = EMPHASIS.sub(lambda found: found[1] or found[2], text)
    text = CODE.sub(r"\1", text)
    return ESCAPED.sub(r"\1", unescape(text))


def unescape(text: str) -> str:
    """Entities as characters; html.unescape knows no document's own entities, so none can grow."""
    return html.unescape(text) if "&" in text else text


def split_front_matter(text: str) -> tuple[str, dict[str, str]]:
    """The document without the YAML or TOML block above it, and the block's plain `key: value` lines.

    No YAML is interpreted (anchors and tags are an attack surface): a line is a key and a string or a list
    of strings.
    """
    found = FRONT_MATTER.match(text, 0, FRONT_MATTER_MOST) if text[:4].lstrip("\ufeff")[:3] in ("---", "+++") else None
    if not found:
        return text, {}
    values: dict[str, str] = {}
    key = None
    for line in found[2].splitlines():
        item = re.match(r"\s*-\s+(.+)$", line)
        if item and key:
            values[key] = "; ".join(filter(None, [values[key], unquoted(item[1])]))
            continue
        pair = re.match(r"([\w.-]{1,60})\s*[:=]\s*(.*)$", line)
        if pair:
            key = pair[1].casefold()
            values[key] = list_text(pair[2])
    if not values:
        return text, {}
    return text[found.end() :], {key: value for key, value in values.items() if value}


def list_text(value: str) -> str:
    """A front matter value: quotes off, the items of [a, b] joined by "; "."""
    value = value.strip()
    if value.startswith("[") and value.endswith("]"):
        return "; ".join(unquoted(item) for item in value[1:-1].split(",") if item.strip())
    return unquoted(value)


def unquoted(value: str) -> str:
    value = value.strip()
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value


# --- HTML -------------------------------------------------------------------------------------------------------

BREAKING = re.compile(
    r"</?(?:p|div|li|ul|ol|h[1-6]|tr|table|article|section|blockquote|br|hr|dd|dt|dl|pre|figure|figcaption"
    r"|header|footer|aside|main|nav|center|thead|tbody|caption)\b[^<>]{0,2000}>",
    re.I,
)
RAISED = re.compile(r"(?<=[^\sm])<sup(?:\s[^<>]{0,200})?>", re.I)  # "7,000<sup>1</sup>", but "km<sup>2</sup>"
CELL = re.compile(r"</t[dh]\s*>\s*(?=<t[dh]\b)", re.I)


def fragment_to_text(text: str) -> str:
    """A piece of HTML as feeds and records carry it: all of it is the article."""
    text = " ".join(without_unseen(text).split())
    text = CELL.sub("\t", text)
    text = BREAKING.sub("\n\n", text)
    return unescape(without_tags(text))


def without_tags(text: str) -> str:
    """The text without inline tags; a raised footnote mark does not run into the number before it."""
    return HTML_TAG.sub("", RAISED.sub(" ", text))


def without_unseen(text: str) -> str:
    """The text without scripts, styles and comments; one that is never closed is text. Linear in its length."""
    for opening, closing in HTML_UNSEEN:
        lower = text.casefold() if len(text.casefold()) == len(text) else text
        kept, place = [], 0
        while (start := lower.find(opening, place)) >= 0:
            end = lower.find(closing, start + len(opening))
            stop = lower.find(">", end) if end >= 0 else -1
            if stop < 0:
                break
            kept.append(text[place:start])
            place = stop + 1
        text = " ".join([*kept, text[place:]]) if kept else text
    return text

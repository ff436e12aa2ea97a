"""Markdown and HTML to text: what a reader sees stays, in its order; marks, targets and page furniture go.

>>> markdown_to_text("# Walkout\\n\\n**A. Author****17 August 2020**\\n\\nSee the [statement](https://example.org/1).")
'Walkout\\n\\nA. Author\\n17 August 2020\\n\\nSee the statement.'
>>> looks_like("Plain words, <TCB> a ticker, 2*3*4.")
'text/plain'
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any

from transforms.rejected import DocumentRejected

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """The text of a marked-up document, and the metadata that its markup states (field -> value, evidence)."""

    text: str
    metadata: dict[str, tuple[str, str]] = field(default_factory=dict)


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
BODY_LEAST = 60  # characters: less is a teaser or an error page
DEPTH_MOST = 1_000  # nested elements; real pages stay below 100
CROWDED = re.compile(  # a tag of 1,000 attributes: libxml2 compares each with each
    r"""<[a-zA-Z][^\s<>/]*+(?>[\s/"']++[^\s=<>/"']++(?>\s*+=\s*+(?>"[^"]*+"|'[^']*+'|[^\s<>"']++))?+){1000}"""
)


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


def html_to_text(text: str) -> Marked:
    """The main text of a web page (trafilatura) and the metadata in its head.

    Raises DocumentRejected: "html.no_article", "html.too_complex".
    """
    import trafilatura  # late: it loads lxml and a dozen modules, and plain text needs none of them
    from lxml import etree
    from lxml import html as lxml_html

    if CROWDED.search(text):
        raise DocumentRejected("html.too_complex", "a tag of the page has more than 1,000 attributes: no article's has")
    try:
        tree = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=safe_parser())
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise DocumentRejected("html.no_article", f"the page cannot be read as HTML ({one_line(error)})") from None
    if depth(tree) > DEPTH_MOST:
        raise DocumentRejected("html.too_complex", f"the page nests more than {DEPTH_MOST} elements: no article does")
    metadata = head_metadata(tree)
    headline = main_headline(tree)
    part_raised(tree)
    body = main_text(trafilatura, tree)
    if len(body) < BODY_LEAST:
        raise DocumentRejected(
            "html.no_article", "no article found in the page: save the article's own page, or pass its text"
        )
    if headline and not body.lstrip().startswith(headline):
        body = f"{headline}\n\n{body}"
    return Marked(text=body, metadata=metadata)


def safe_parser() -> Any:
    """lxml's HTML parser without network, DTD or unlimited trees."""
    from lxml import html as lxml_html

    return lxml_html.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, recover=True, remove_comments=True, remove_pis=True
    )


def depth(tree: Any) -> int:
    """Deepest nesting, without recursion."""
    deepest, level = 0, 0
    from lxml import etree

    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        level += 1 if event == "start" else -1
        deepest = max(deepest, level)
    return deepest


def main_text(trafilatura: Any, tree: Any) -> str:
    """trafilatura's main text, one paragraph a line; its errors count as "nothing found"."""
    try:
        document = trafilatura.bare_extraction(
            tree, include_comments=False, include_tables=True, favor_recall=False, deduplicate=False
        )
    except (ValueError, TypeError, AttributeError, RecursionError, LookupError):
        return ""
    if document is None:
        return ""
    text = str(getattr(document, "text", None) or "")
    return TABLE_ROW.sub(cells, text).replace("\n", "\n\n")


def part_raised(tree: Any) -> None:
    """Part footnote marks from the number before them: trafilatura reads 7,000<sup>1</sup> as 7,0001."""
    for raised in tree.iter("sup"):
        before = raised.getprevious()
        text = (before.tail if before is not None else raised.getparent().text) or ""
        if text[-1:].strip() and text[-1] != "m":  # "km<sup>2</sup>"
            raised.text = f" {raised.text or ''}"


def main_headline(tree: Any) -> str | None:
    """The page's one h1, as a reader sees it above the article."""
    headings = [words(heading) for heading in tree.iter("h1")]
    headings = [heading for heading in headings if 8 <= len(heading) <= 300]
    return headings[0] if len(headings) == 1 else None


def words(element: Any) -> str:
    """All text of an element on one line."""
    return " ".join("".join(element.itertext()).split())


META_FIELDS = {
    "published": (
        "article:published_time", "datepublished", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date",
        "pubdate", "publishdate", "publish-date", "parsely-pub-date", "sailthru.date", "article.published",
        "publication_date", "date",
    ),
    "title": ("og:title", "headline", "dc.title", "twitter:title", "parsely-title"),
    "authors": ("author", "article:author", "dc.creator", "byl", "parsely-author", "sailthru.author"),
    "outlet": ("og:site_name", "publisher", "dc.publisher", "application-name"),
    "url": ("og:url",),
}  # fmt: skip


def head_metadata(tree: Any) -> dict[str, tuple[str, str]]:
    """Title, authors, date, outlet and address as the page's head states them, each with its element."""
    found: dict[str, tuple[str, str]] = {}
    stated: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().casefold()
        content = (meta.get("content") or "").strip()
        if name and content:
            stated.setdefault(name, content[:2_000])
    for column, names in META_FIELDS.items():
        for name in names:
            value = stated.get(name)
            if value and not (column == "authors" and value.startswith(("http", "@"))):
                found[column] = (value, f"meta {name}")
                break
    for link in tree.iter("link"):
        if (link.get("rel") or "").casefold() == "canonical" and (link.get("href") or "").startswith("http"):
            found["url"] = (link.get("href").strip()[:2_000], "link rel=canonical")
            break
    for column, value in linked_data(tree).items():
        if column not in found or column == "published":
            found[column] = (value, f"JSON-LD {column}")
    fill_from_body(tree, found)
    return found


def fill_from_body(tree: Any, found: dict[str, tuple[str, str]]) -> None:
    """What the head leaves out: the headline, the title element, a dated time element."""
    if "title" not in found:
        headline = main_headline(tree)
        if headline:
            found["title"] = (headline, "h1")
        else:
            for title in tree.iter("title"):
                if words(title):
                    found["title"] = (words(title)[:500], "title element")
                break
    if "published" not in found:
        for time in tree.iter("time"):
            value = (time.get("datetime") or "").strip()
            if value[:4].isdigit():
                found["published"] = (value, "time element")
                break


def linked_data(tree: Any) -> dict[str, str]:
    """headline, datePublished, author and publisher of the first article in JSON-LD."""
    import json

    for script in tree.iter("script"):
        if (script.get("type") or "").casefold() != "application/ld+json" or not script.text:
            continue
        try:
            data = json.loads(script.text[:500_000])
        except (ValueError, RecursionError):
            continue
        for item in linked_items(data):
            if "article" in str(item.get("@type", "")).casefold() or "datePublished" in item:
                return linked_fields(item)
    return {}


def linked_items(data: Any) -> list[dict[str, Any]]:
    """The objects of a JSON-LD block: itself, its list, its graph."""
    if isinstance(data, list):
        return [item for item in data if isinstance(item, dict)]
    if isinstance(data, dict):
        graph = data.get("@graph")
        return [data, *(item for item in graph if isinstance(item, dict))] if isinstance(graph, list) else [data]
    return []


def linked_fields(item: dict[str, Any]) -> dict[str, str]:
    """Our fields of one JSON-LD article."""
    authors = item.get("author")
    names = [named(author) for author in (authors if isinstance(authors, list) else [authors])]
    fields = {
        "title": item.get("headline"),
        "published": item.get("datePublished"),
        "authors": "; ".join(name for name in names if name),
        "outlet": named(item.get("publisher")),
    }
    return {name: value.strip()[:2_000] for name, value in fields.items() if isinstance(value, str) and value.strip()}


def named(value: Any) -> str:
    """The name of a JSON-LD person or organisation."""
    if isinstance(value, dict):
        value = value.get("name")
    return value if isinstance(value, str) else ""


def one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]

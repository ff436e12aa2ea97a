"""Web pages: the main text (trafilatura), and what the page says of itself in its head.

>>> page = html_to_text("<html><head><title>Walkout</title></head><body><p>" + "Forty people walked out. " * 4)
>>> page.metadata["title"], page.text[:24]
(('Walkout', 'title element'), 'Forty people walked out.')
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from transforms.markup import TABLE_ROW, cells
from transforms.rejected import DocumentRejected

BODY_LEAST = 60  # characters: less is a teaser or an error page
DEPTH_MOST = 1_000  # nested elements; real pages stay below 100
CROWDED = re.compile(  # a tag of 1,000 attributes: libxml2 compares each with each
    r"""<[a-zA-Z][^\s<>/]*+(?>[\s/"']++[^\s=<>/"']++(?>\s*+=\s*+(?>"[^"]*+"|'[^']*+'|[^\s<>"']++))?+){1000}"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """The text of a marked-up document, and the metadata that its markup states (field -> value, evidence)."""

    text: str
    metadata: dict[str, tuple[str, str]] = field(default_factory=dict)


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
    if "title" in found and "outlet" in found:
        title, where = found["title"]
        found["title"] = (without_outlet(title, found["outlet"][0]), where)
    return found


def without_outlet(title: str, outlet: str) -> str:
    """The headline without the outlet's name that pages append: "Walkout | The Ledger"."""
    headline = title.removesuffix(outlet)
    bare = headline.rstrip(" |–—-·»:")
    return bare if bare and bare != headline.rstrip() else title


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

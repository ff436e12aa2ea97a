"""Documents in all their dress: encodings, markup, metadata, ids."""

# ruff: noqa: E501  # what goes in and what comes out stand side by side

from __future__ import annotations

import pickle
import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms import language
from transforms.documents import DocumentRejected, RawDocument, to_article
from transforms.language import find_language
from transforms.markup import fragment_to_text, looks_like, markdown_to_text, split_front_matter
from transforms.metadata import find_header, read_date
from transforms.normalize import normalize
from transforms.pages import without_outlet

STORY = (
    "Around 1,200 bus drivers walked out in Northbridge on Tuesday, the union said, and 14 of them were arrested when"
    " the police cleared a depot. The company put the number at 900 and said that it would run one bus in ten."
)
HEADER_RULES = tomllib.loads((files("transforms") / "rules" / "en" / "metadata.toml").read_text(encoding="utf-8"))


def article(content: str | bytes, **given: Any) -> Any:
    """The article of a document with the fields given by its record."""
    return to_article(RawDocument(content=content, given=given, path="a.txt"))


# --- Encodings ---------------------------------------------------------------------------------------------------

QUOTED = "The minister said “five hundred” – no more – had been held in Kraków’s jails. " + STORY


@pytest.mark.parametrize(
    ("content", "charset", "evidence"),
    [
        (QUOTED.encode("utf-8"), None, None),
        (b"\xef\xbb\xbf" + QUOTED.encode("utf-8"), None, "byte order mark: utf-8"),
        (QUOTED.encode("utf-16"), None, "byte order mark: utf-16-le"),
        (QUOTED.encode("utf-16-be"), None, "detected: utf-16-be"),
        (QUOTED.encode("utf-32"), None, "byte order mark: utf-32-le"),
        (QUOTED.encode("cp1252"), None, "detected: cp1252"),
        (QUOTED.encode("cp1252"), "windows-1252", "declared: cp1252"),
        (QUOTED.encode("utf-8"), "latin-1", None),  # a wrong label does not spoil valid UTF-8
        (QUOTED.encode("cp1252"), "no-such-charset", "detected: cp1252"),
        (QUOTED.encode("cp1252"), "rot13", "detected: cp1252"),  # a codec of Python's that is no charset
    ],
    ids=["utf-8", "bom-8", "bom-16", "utf-16-be", "bom-32", "cp1252", "declared", "label", "unknown", "rot13"],
)
def test_encodings(content: bytes, charset: str | None, evidence: str | None) -> None:
    found = to_article(RawDocument(content=content, charset=charset))
    assert found.text == QUOTED
    assert found.evidence.get("encoding") == evidence


def test_russian_in_its_own_code_page() -> None:
    text = "В Минске задержаны более семи тысяч человек, один погиб, сообщили правозащитники в понедельник. " * 4
    found = to_article(RawDocument(content=text.encode("cp1251")))
    assert "задержаны более семи тысяч" in found.text
    assert found.language == "ru"


def test_one_broken_sequence_does_not_make_a_file_latin_1() -> None:
    content = ("é" * 40 + STORY).encode() + b" \xe9"
    found = to_article(RawDocument(content=content))
    assert found.text.startswith("ééé")
    assert found.evidence["encoding"] == "utf-8 with broken sequences replaced"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "document.empty"),
        (b" \n\r\n ", "document.empty"),
        ("", "document.empty"),
        ("\x00\x00 \ufeff", "document.empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "decode.binary"),
        (b"%PDF-1.7 ...", "decode.binary"),
        (b"PK\x03\x04" + bytes(40), "decode.binary"),
        (bytes(range(256)) * 20, "decode.binary"),
        (bytes(5_000), "decode.binary"),
        (b"\xef\xbb\xbf", "document.empty"),
        (b"<html><body><p>Not found</p></body></html>", "html.no_article"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "b">]><rss><item>Two died.</item></rss>', "xml.unsupported"),
    ],
)
def test_rejected(content: bytes | str, reason: str) -> None:
    with pytest.raises(DocumentRejected) as caught:
        to_article(RawDocument(content=content))
    assert caught.value.reason == reason
    assert "\n" not in caught.value.detail
    assert len(caught.value.detail) > 20


def test_rejection_crosses_processes() -> None:
    error = pickle.loads(pickle.dumps(DocumentRejected("decode.binary", "a PNG image")))
    assert (error.reason, error.detail) == ("decode.binary", "a PNG image")


# --- Markdown ----------------------------------------------------------------------------------------------------

MARKDOWN = {
    "headings": ("# Walkout\n## Day *two* ##\nText", "Walkout\n\nDay two\n\nText"),
    "underlined headings": ("Walkout\n=======\n\nText", "Walkout\n\nText"),
    "emphasis": ("**Over** 7,000 were *arrested*, ***one*** _died_, __two__ fled.", "Over 7,000 were arrested, one died, two fled."),
    "a byline run together with the date": ("**A. Author****17 August 2020**", "A. Author\n17 August 2020"),
    "stars that are no emphasis": ("2 * 3 * 4 and 5*6*7 hold.", "2 * 3 * 4 and 5*6*7 hold."),
    "underscores in names": ("file_name_here stays", "file_name_here stays"),
    "links": ("See [the 12 pages](https://example.org/a_(b) \"title\") and [this][1].\n\n[1]: https://example.org/x", "See the 12 pages and this."),
    "links without targets stay": ("He said [that] 14 died.", "He said [that] 14 died."),
    "images": ("![Crowd in Minsk](a.jpg)\nText", "Crowd in Minsk\nText"),
    "autolinks": ("At <https://example.org/x> today", "At  today"),
    "quotes and lists": ("> Two died.\n\n* one\n* two", "Two died.\n\n- one\n\n- two"),
    "hard breaks": ("MINSK  \nTwo died.", "MINSK\n\nTwo died."),
    "tables": ("| dead | 14 |\n|---|---|\n| hurt | 30 |", "dead\t14\n\nhurt\t30"),
    "rules and fences": ("a\n\n---\n\n```\ncode 12\n```", "a\n\ncode 12"),
    "escapes and entities": (r"5 \* 6 &amp; 7\. &quot;x&quot;", '5 * 6 & 7. "x"'),
    "inline HTML": ("Two <i>died</i><sup>1</sup> <!-- hidden -->now<br>in 5 km<sup>2</sup>", "Two died 1  now\n\nin 5 km2"),
    "shortcodes": ('{{< image picture="2021/036" title="x" >}}\nTwo died. {% include x %}', "Two died."),
    "footnotes": ("Two died.[^1]\n\n[^1]: https://example.org", "Two died."),
}  # fmt: skip


@pytest.mark.parametrize(("raw", "text"), MARKDOWN.values(), ids=MARKDOWN.keys())
def test_markdown(raw: str, text: str) -> None:
    assert markdown_to_text(raw).strip() == text


def test_front_matter() -> None:
    text, fields = split_front_matter(
        '---\ntitle: "Walkout: day 2"\nauthors:\n  - A. Author\n  - B. Writer\ntags: [x, y]\n---\nText'
    )
    assert text == "Text"
    assert fields == {"title": "Walkout: day 2", "authors": "A. Author; B. Writer", "tags": "x; y"}


@pytest.mark.parametrize("text", ["---\nTwo died\n---\n", "--- \n", "+++", "---\na: b\n", "Text\n---\na: b\n---"])
def test_rules_are_no_front_matter(text: str) -> None:
    assert split_front_matter(text) == (text, {})


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("GM <GM> output fell; IBM <IBM> rose.", "text/plain"),
        ("a < b and c > d", "text/plain"),
        ("<!-- x --><!DOCTYPE html><p>", "text/html"),
        ("\n<html>", "text/html"),
        ('<?xml version="1.0"?>\n<!DOCTYPE html><html>', "text/html"),
        ('<rss version="2.0"><item>', "application/xml"),
        ("<RSS> rose 3 percent, <P> fell and <P> fell again", "text/plain"),
        ("<p>One</p><p>Two</p>", "text/html; fragment"),
        ("Two<br/>three<br/>four", "text/html; fragment"),
        ("# Title\n\nText", "text/markdown"),
        ("We are #1 and #2", "text/plain"),
        ("* one\n* two", "text/plain"),
    ],
)
def test_looks_like(text: str, kind: str) -> None:
    assert looks_like(text) == kind


# --- HTML --------------------------------------------------------------------------------------------------------

PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>Walkout | The Ledger</title>
<meta property="og:title" content="Bus drivers walk out">
<meta property="og:site_name" content="The Ledger">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "x", "datePublished": "2021-03-03T08:00:00Z",
"author": [{{"@type": "Person", "name": "Ana Molnar"}}, {{"name": "Li Wen"}}]}}</script>
<link rel="canonical" href="https://example.org/walkout"></head>
<body><nav><a href="/">Home</a> <a href="/w">World</a></nav><article><h1>Bus drivers walk out</h1>
<p>{STORY}</p><table><tr><td>Strikers</td><td>1,200<sup>1</sup></td></tr></table>
<p>Depots closed: 4 &amp; 3 more. The mayor, who had been in office for 12 days, asked for calm.</p></article>
<footer>© 2021 The Ledger</footer><script>alert(1)</script></body></html>"""


def test_html_page() -> None:
    found = article(PAGE.encode())
    assert found.text.split("\n")[0] == "Bus drivers walk out"
    assert STORY in found.text
    assert "4 & 3 more" in found.text
    assert "Strikers\t1,200 1" in found.text
    assert not any(word in found.text for word in ("Home", "alert", "©", "<"))
    assert (found.title, found.outlet) == ("Bus drivers walk out", "The Ledger")
    assert (found.published, found.authors) == (date(2021, 3, 3), ("Ana Molnar", "Li Wen"))
    assert found.url == "https://example.org/walkout"
    assert found.evidence == {
        "title": "meta og:title", "outlet": "meta og:site_name", "published": "JSON-LD published",
        "authors": "JSON-LD authors", "url": "link rel=canonical",
    }  # fmt: skip


def test_html_fragment_of_a_record() -> None:
    found = article("<p>Two <b>died</b> in&nbsp;Minsk.</p>\n<p>Three\nfled.<br>All ran.</p><script>x</script>", id="1")
    assert found.text == "Two died in Minsk.\nThree fled.\nAll ran."


def test_fragment_tables_keep_columns() -> None:
    assert fragment_to_text("<table><tr><td>dead</td><td>14</td></tr></table>").strip() == "dead\t14"


# --- Metadata ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("example", HEADER_RULES["example"])
def test_header_examples(example: dict[str, Any]) -> None:
    found = find_header(example["lines"])
    assert found.get("title", (None,))[0] == example.get("title")
    assert found.get("authors", (None,))[0] == example.get("authors")
    published = found.get("published")
    assert (read_date(published[0]) if published else None) == example.get("published")


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2020-08-17", date(2020, 8, 17)),
        ("2020-08-17T23:10:00-05:00", date(2020, 8, 17)),
        ("2020/8/7", date(2020, 8, 7)),
        ("20200817", date(2020, 8, 17)),
        ("20200817T101500Z", date(2020, 8, 17)),
        ("17 August 2020", date(2020, 8, 17)),
        ("August 17th, 2020, 10:15 pm", date(2020, 8, 17)),
        ("Mon, 17 Aug 2020 10:15:00 +0200", date(2020, 8, 17)),
        ("Published: Monday, 17 Aug. 2020", date(2020, 8, 17)),
        ("0025-13-45", None),
        ("2020-13-01", None),
        ("2020-02-30", None),
        ("0001-01-01", None),
        ("9999-12-31", None),
        ("03/04/2020", None),  # March or April?
        ("yesterday", None),
        ("", None),
        ("9" * 5_000, None),
    ],
)
def test_read_date(value: str, day: date | None) -> None:
    assert read_date(value) == day


def test_implausible_date_is_dropped_and_said_so() -> None:
    found = article(f"Walkout\n\n17 August 2020\n\n{STORY}", published="0025-13-45")
    assert found.published == date(2020, 8, 17)
    assert found.evidence["published"] == "line 2; dropped '0025-13-45' (record): no plausible date"
    assert article(STORY, published="0025-13-45").published is None


def test_order_of_trust() -> None:
    raw = RawDocument(
        content=f"---\npublished: 2020-08-15\ntitle: From the front matter\n---\n{STORY}",
        given={"published": "2020-08-16"}, given_by="sidecar a.json", hints={"published": "2020-08-14", "outlet": "Folder"},
    )  # fmt: skip
    found = to_article(raw)
    assert (found.published, found.evidence["published"]) == (date(2020, 8, 16), "sidecar a.json")
    assert (found.title, found.evidence["title"]) == ("From the front matter", "front matter")
    assert (found.outlet, found.evidence["outlet"]) == ("Folder", "folder")
    assert to_article(raw, {"published": "2020-08-17"}).evidence["published"] == "command line"


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://example.org/2020/08/17/walkout.html", date(2020, 8, 17)),
        ("https://example.org/news/2020-8-7-walkout", date(2020, 8, 7)),
        ("https://example.org/2020/13/17/x", None),
        ("https://example.org/1/2/3/x", None),
        ("https://example.org/20200817/x", None),
    ],
)
def test_date_in_the_address(url: str, day: date | None) -> None:
    found = article(STORY, url=url)
    assert found.published == day
    assert day is None or found.evidence["published"] == "address"
    assert article(f"Walkout\n3 March 2021\n{STORY}", url=url).published == date(2021, 3, 3)


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Walkout | The Ledger", "Walkout"),
        ("Walkout - The Ledger", "Walkout"),
        ("Owners sell The Ledger", "Owners sell The Ledger"),
        ("The Ledger", "The Ledger"),
        ("Walkout", "Walkout"),
    ],
)
def test_headline_without_its_outlet(title: str, headline: str) -> None:
    assert without_outlet(title, "The Ledger") == headline


def test_unknown_date_stays_unknown() -> None:
    found = article(STORY)
    assert found.published is None
    assert "published" not in found.evidence


@pytest.mark.parametrize(
    ("dateline", "day"),
    [
        ("MINSK, Aug. 17, 2020 (AFP) - ", date(2020, 8, 17)),
        ("TACLOBAN, Philippines, Sept 14, 2014 - ", date(2014, 9, 14)),
        ("St. John's, Newfoundland, 5 December 2017 – ", date(2017, 12, 5)),
        ("Izmir, 5 December 2017\n", date(2017, 12, 5)),
        ("ZAGREB (Dec 10, 2005) -- ", date(2005, 12, 10)),
        ("MINSK, Aug 17 - ", None),  # of which year?
        ("The union won in court on Monday, March 3, 2020 - after ten years. ", None),
        ("MINSK, Feb 30, 2020 - ", None),
    ],
)
def test_datelines(dateline: str, day: date | None) -> None:
    assert article(f"Walkout\n{dateline}{STORY}").published == day


def test_title_of_a_record_is_not_put_into_the_text() -> None:
    found = article(STORY, title="Bus drivers walk out")
    assert (found.title, found.text) == ("Bus drivers walk out", STORY)


def test_metadata_is_one_clean_line() -> None:
    found = article(STORY, title="Bus\x1b[31m drivers\n walk\x00 out\u202e", authors="A. Author; B. Writer")
    assert found.title == "Bus drivers walk out"
    assert found.authors == ("A. Author", "B. Writer")


# --- Language ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (STORY, "en"),
        ("Over 7,000 arrested", None),
        ("A BLOW", None),
        ("", None),
        ("Oper shr 34 cts vs 53 cts Net 3,337,000 vs 4,881,000 Revs 32.7 mln vs 49.6 mln Avg shrs 9.1 mln vs 9.2 mln", None),
        ("Les chauffeurs de bus de la ville se sont mis en grève mardi, selon le syndicat, et quatorze d'entre eux ont été"
         " arrêtés lorsque la police a évacué un dépôt de la compagnie dans le nord.", "fr"),
        ("Die Busfahrer der Stadt sind am Dienstag in den Streik getreten, teilte die Gewerkschaft mit, und vierzehn von"
         " ihnen wurden festgenommen, als die Polizei ein Depot räumte.", "de"),
        ("公交车司机周二举行罢工,工会表示,警方清理车站时逮捕了十四人。公司称罢工人数为九百人,并表示将维持十分之一的班次。"
         "市长呼吁双方保持冷静,并要求在周五之前恢复谈判。", "zh"),
    ],
)  # fmt: skip
def test_language(text: str, language: str | None) -> None:
    assert find_language(text) == language


def test_the_language_model_answers_alike_with_and_without_its_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Die Arbeiter des Werks sagten, dass sie nicht zurückkehren, bis die Firma ihnen einen Vertrag gibt. " * 3
    first = language.ask_model(text)
    assert language.PAGES and first[0] == "de"
    language.release_model()
    assert language.ask_model(text) == first

    def no_room(table: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(language, "on_pages", no_room)
    language.identifier.cache_clear()
    assert language.ask_model(text) == first
    language.identifier.cache_clear()


# --- Ids ---------------------------------------------------------------------------------------------------------


def ids(**parts: Any) -> tuple[str, str]:
    found = to_article(RawDocument(**{"content": STORY, "path": "a.txt", **parts}))
    return found.article_id, found.document_id


def test_ids_are_the_same_everywhere() -> None:
    assert ids(given={"id": "7", "outlet": "Ledger"}) == ("ede539a0f23cf770", "ab5bef15cdde8a7c")


def test_same_content_under_another_name_is_the_same_article() -> None:
    (article_id, document_id), (other_article, other_document) = ids(), ids(path="b/c.txt.gz", content=STORY.encode())
    assert article_id == other_article
    assert document_id != other_document


def test_same_text_under_another_address_is_another_article() -> None:
    one, other = ids(given={"url": "https://example.org/1"}), ids(given={"url": "https://example.net/1"})
    assert one[0] != other[0]
    assert one[1] != other[1]


def test_corrected_text_keeps_the_document_id() -> None:
    one = ids(given={"url": "https://example.org/1"})
    other = ids(given={"url": "https://example.org/1"}, content=STORY.replace("14", "15"))
    assert one[0] != other[0]
    assert one[1] == other[1]


def test_ids_of_two_outlets_do_not_collide() -> None:
    assert ids(given={"id": "7", "outlet": "A"})[1] != ids(given={"id": "7", "outlet": "B"})[1]


def test_two_texts_on_standard_input_are_two_documents() -> None:
    one, other = ids(path="-"), ids(path="-", content=STORY.replace("14", "15"))
    assert one[1] != other[1]
    assert one == ids(path="-")


# --- Any document ------------------------------------------------------------------------------------------------

MARKS = st.sampled_from(
    ["<p>", "</p>", "<html>", "**", "[a](b)", "# ", "---\n", "&#0;", "&lt;", "\n", "|", "`", "\\", "<script>"]
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(MARKS | st.text(max_size=30), max_size=30).map("".join),
    st.sampled_from([None, "text/markdown", "text/html"]),
)
def test_any_text_is_an_article_or_rejected(text: str, media_type: str | None) -> None:
    check(RawDocument(content=text, media_type=media_type))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_an_article_or_rejected(content: bytes) -> None:
    check(RawDocument(content=content))


def check(raw: RawDocument) -> None:
    try:
        found = to_article(raw)
    except DocumentRejected as error:
        assert "\n" not in error.detail
        return
    assert found.text.strip()
    found.text.encode("utf-8")
    assert (found.title or "x").isprintable() or not (found.title or "").isascii()
    assert normalize(found.text).text == found.text

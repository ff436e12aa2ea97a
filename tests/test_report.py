"""The evidence report: escaped, self-contained, and working in a real browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.report_fixture import HOSTILE, TEXT, report_database
from tests.test_views import database
from warehouse.report.site import write_report
from warehouse.report.spans import Highlight, pieces

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "site"
    pages = tmp_path_factory.mktemp("pages") / "validation"
    pages.mkdir()
    (pages / "index.html").write_text("<!DOCTYPE html><title>Validation</title>", encoding="utf-8")
    report = write_report(report_database(), folder, validation=pages)
    assert (report.articles, report.facts, report.articles_left_out) == (2, 2, 0)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not (CHROMIUM and DRIVER):
        pytest.skip("no chromium and chromedriver on this machine")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("headless=new", "no-sandbox", "disable-gpu", "disable-background-networking", "disable-sync"):
        options.add_argument(f"--{argument}")
    options.add_argument("--window-size=1200,1400")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield driver
    driver.quit()


def pages(site: Path) -> list[Path]:
    return [path for path in sorted(site.rglob("*.html")) if "validation" not in path.parts]


def without_scripts(page: Path) -> str:
    return re.sub(r"<script>.*?</script>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_pieces_put_the_text_together_again() -> None:
    marks = [Highlight(0, 4, "date", "d"), Highlight(2, 6, "figure", "f"), Highlight(90, 95, "org", "o")]
    found = pieces("abcdefgh", marks)
    assert "".join(text for text, _ in found) == "abcdefgh"
    assert [(text, len(marks)) for text, marks in found] == [("ab", 1), ("cd", 2), ("ef", 1), ("gh", 0)]


def test_nothing_hostile_is_live(site: Path) -> None:
    for page in pages(site):
        html = without_scripts(page)
        assert HOSTILE not in html
        assert "<img" not in html
        assert 'href="javascript:' not in html
        assert "\u202e" not in html and "\x1b" not in html


def test_every_page_is_self_contained_under_a_strict_policy(site: Path) -> None:
    for page in pages(site):
        html = page.read_text(encoding="utf-8")
        policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
        assert policy and "default-src &#39;none&#39;" in policy[1] and "unsafe" not in policy[1]
        assert not re.findall(r'(?:src|href)="(?:https?:)?//(?!example\.org)', html)


def test_links_lead_somewhere(site: Path) -> None:
    for page in pages(site):
        for link in re.findall(r'href="([^"]+)"', without_scripts(page)):
            if link.startswith("http"):
                continue
            target, _, anchor = link.partition("#")
            file = (page.parent / target).resolve() if target else page
            assert file.exists(), f"{page}: {link}"
            assert not anchor or f'id="{anchor}"' in file.read_text(encoding="utf-8"), f"{page}: {link}"


def test_empty_lake_says_so(tmp_path: Path) -> None:
    report = write_report(database({}), tmp_path / "site")
    assert "The lake is empty" in report.path.read_text(encoding="utf-8")


def test_a_new_report_replaces_the_old_one(tmp_path: Path) -> None:
    write_report(report_database(), tmp_path / "site")
    write_report(database({}), tmp_path / "site")
    assert not list((tmp_path / "site" / "articles").iterdir())
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_limit_says_what_it_leaves_out(tmp_path: Path) -> None:
    report = write_report(report_database(), tmp_path / "site", limit=1)
    assert (report.articles, report.articles_left_out, report.facts_left_out) == (1, 1, 1)


def test_pages_load_without_a_word_in_the_console(site: Path, browser: Any) -> None:
    for page in pages(site):
        browser.get(page.as_uri())
        assert browser.execute_script("return document.title") != "owned"
        assert browser.get_log("browser") == [], page


def test_filters_and_chart_work(site: Path, browser: Any) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import Select, WebDriverWait

    browser.get((site / "index.html").as_uri())
    WebDriverWait(browser, 20).until(lambda b: b.find_element(By.TAG_NAME, "body").get_attribute("data-chart"))
    assert browser.find_elements(By.CSS_SELECTOR, "#chart canvas")
    rows = browser.find_elements(By.CSS_SELECTOR, "#facts-table tbody tr")
    assert [row.is_displayed() for row in rows] == [True, True]
    Select(browser.find_element(By.CSS_SELECTOR, '[data-column="measure"]')).select_by_visible_text("arrests")
    assert [row.is_displayed() for row in rows] == [False, True]
    assert browser.find_element(By.CSS_SELECTOR, '[data-count="facts-table"]').text == "1 shown"
    Select(browser.find_element(By.ID, "chart-country")).select_by_visible_text("BY")
    assert browser.get_log("browser") == []


def test_a_mark_shows_its_row_by_keyboard_and_on_a_phone(site: Path, browser: Any) -> None:
    from selenium.webdriver.common.by import By

    browser.set_window_size(500, 900)
    browser.get((site / "articles" / "00000000000000a1.html").as_uri())
    mark = browser.find_element(By.ID, "span-00000000000000f1")
    browser.execute_script("arguments[0].focus()", mark)
    card = browser.find_element(By.ID, "card")
    assert card.is_displayed() and "arrests" in card.text and HOSTILE in card.text
    assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    assert browser.find_element(By.CSS_SELECTOR, "article").text.replace("\n", " ")[:50] == TEXT[:50]
    browser.set_window_size(1200, 1400)

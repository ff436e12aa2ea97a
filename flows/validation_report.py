"""Great Expectations over the published tables: a verdict, and its Data Docs as pages that need no network.

Beside the expectations of every batch it asks what only the whole can show: running tolls that fall, and runs
whose share of articles without date, country or figure leaves the bounds learned from the runs before.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from flows.derived import Columns, article_texts
from flows.validate import frame_of, gx_suite
from schemas.arrow import check_arrow
from schemas.expectations import Rule, suite
from warehouse.report.site import write_page

if TYPE_CHECKING:
    import pandas as pd

TABLES = ("articles", "figures", "mentions")
SHARES = ("share_undated", "share_without_figure", "share_without_country")
RUNS_LEARNED_FROM = 20
RUNS_NEEDED = 3
NARROWEST = 0.1
"""Bounds are the mean of the last runs, three standard deviations either way, and never narrower than this."""

WHOLE = {
    "tolls": (
        Rule(
            name="tolls.holds",
            check="true",
            columns=("holds",),
            why="a cumulative count does not fall from one report to the next",
            severity="warning",
        ),
    ),
    "drift": tuple(
        Rule(
            name=f"drift.{share}",
            check="true",
            columns=(f"{share}_within",),
            why="the share lies within bounds learned from the runs before",
            severity="warning",
        )
        for share in SHARES
    ),
}
"""Expectations over views of the whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An expectation that was not met."""

    rule: str
    severity: str
    rows: int
    why: str


@dataclass(slots=True, kw_only=True)
class ValidationReport:
    """What was checked, what was found, and where the pages are."""

    page: Path | None
    rows: dict[str, int] = field(default_factory=dict)
    checked: int = 0
    suites: dict[str, int] = field(default_factory=dict)  # expectations of each table that has rows
    findings: list[Finding] = field(default_factory=list)
    drift: list[dict[str, Any]] = field(default_factory=list)

    @property
    def critical(self) -> list[Finding]:
        """What must not be."""
        return [finding for finding in self.findings if finding.severity == "critical"]


def validate_published(
    connection: duckdb.DuckDBPyConnection, output: Path | None = None, root: str = ""
) -> ValidationReport:
    """The verdict on a published database; with `output`, its pages are written into that folder.

    `root` leads from there to the folder of the page that the pages' head links to: "../" below an evidence report.
    """
    report = ValidationReport(page=None)
    frames = published_frames(connection, report)
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as scratch:
        warnings.simplefilter("ignore")
        context = file_context(Path(scratch))
        for name, (frame, rules) in frames.items():
            result = run_checkpoint(context, name, frame, rules)
            report.checked += len(rules)
            report.suites[name] = len(rules)
            report.findings += findings(result, rules)
        if output is not None:
            copy_docs(context, output)
            report.page = write_verdict(report, output, root)
    return report


def published_frames(
    connection: duckdb.DuckDBPyConnection, report: ValidationReport
) -> dict[str, tuple[pd.DataFrame, tuple[Rule, ...]]]:
    """Every frame to be checked with its rules; empty ones have nothing to break."""
    frames: dict[str, tuple[pd.DataFrame, tuple[Rule, ...]]] = {}
    tables = {name: published_table(connection, name) for name in TABLES}
    measures = frozenset(row[0] for row in connection.execute("SELECT measure FROM measures").fetchall())
    texts = article_texts(tables["articles"])
    for name, table in tables.items():
        report.rows[name] = table.num_rows
        if table.num_rows:
            frames[name] = (frame_of(Columns(table, texts, measures), suite(name)), suite(name))
    tolls = connection.execute("SELECT figure_id, (NOT falls)::double AS holds FROM toll_series").df()
    report.drift = drift(connection)
    for name, frame in (("tolls", tolls), ("drift", drift_frame(report.drift))):
        report.rows[name] = len(frame)
        if len(frame):
            frame["_row"] = range(len(frame))
            frames[name] = (frame, WHOLE[name])
    return frames


def published_table(connection: duckdb.DuckDBPyConnection, name: str) -> pa.Table:
    """A published table under its contract."""
    found = connection.execute(f"SELECT * FROM {name}").to_arrow_table()
    return check_arrow(found, name)


def drift(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Each run's shares with the bounds that the runs before it set; null bounds while there are too few."""
    shown = connection.execute("SELECT * FROM run_shares ORDER BY started_at, run_id")
    names = [column[0] for column in shown.description]
    runs = [dict(zip(names, row, strict=True)) for row in shown.fetchall()]
    for position, run in enumerate(runs):
        before = runs[max(0, position - RUNS_LEARNED_FROM) : position]
        for share in SHARES:
            run[f"{share}_bounds"] = learned_bounds([float(other[share]) for other in before])
    return runs


def learned_bounds(values: Sequence[float]) -> tuple[float, float] | None:
    """Bounds for the next share: mean of the last ones, three standard deviations either way."""
    if len(values) < RUNS_NEEDED:
        return None
    mean = sum(values) / len(values)
    deviation = (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5
    reach = max(3 * deviation, NARROWEST)
    return max(0.0, mean - reach), min(1.0, mean + reach)


def drift_frame(runs: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """For each run whether its shares lie within their bounds; missing where there are none yet."""
    import pandas as pd

    frame = pd.DataFrame({"run_id": [run["run_id"] for run in runs]})
    for share in SHARES:
        frame[f"{share}_within"] = [within(float(run[share]), run[f"{share}_bounds"]) for run in runs]
    return frame


def within(value: float, bounds: tuple[float, float] | None) -> float:
    """1 within the bounds, 0 outside, not-a-number without bounds."""
    return float("nan") if bounds is None else float(bounds[0] - 1e-9 <= value <= bounds[1] + 1e-9)


def file_context(folder: Path) -> Any:
    """A Great Expectations context whose Data Docs are files, and which prints nothing."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="file", project_root_dir=str(folder))
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def run_checkpoint(context: Any, name: str, frame: pd.DataFrame, rules: tuple[Rule, ...]) -> Any:
    """One table through a checkpoint that writes its Data Docs; the validation result."""
    import great_expectations as gx
    from great_expectations.checkpoint.actions import UpdateDataDocsAction
    from great_expectations.core.run_identifier import RunIdentifier

    suite_of_table = context.suites.add(gx_suite(name, rules))
    source = context.data_sources.add_pandas(name)
    batch = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("published")
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(name=name, data=batch, suite=suite_of_table)
    )
    checkpoint = gx.Checkpoint(
        name=name,
        validation_definitions=[definition],
        actions=[UpdateDataDocsAction(name="docs")],
        result_format={"result_format": "SUMMARY", "partial_unexpected_count": 5},
    )
    result = checkpoint.run(batch_parameters={"dataframe": frame}, run_id=RunIdentifier(run_name="published"))
    return next(iter(result.run_results.values()))


def findings(result: Any, rules: tuple[Rule, ...]) -> list[Finding]:
    """What was not met, critical first."""
    by_name = {rule.name: rule for rule in rules}
    found = []
    for one in result.results:
        if one.success:
            continue
        rule = by_name[one.expectation_config.meta["rule"]]
        rows = int((one.result or {}).get("unexpected_count") or 0)
        found.append(Finding(rule=rule.name, severity=rule.severity, rows=rows, why=rule.why))
    return sorted(found, key=lambda finding: (finding.severity, finding.rule))


NOT_OURS = re.compile(
    r"<link\b[^>]*\bhref=\"https?://[^>]*>|<img\b[^>]*\bsrc=\"https?://[^>]*>|<script\b.*?</script>|<footer\b.*?</footer>",
    re.DOTALL,
)
"""What Data Docs would load from the network, and the scripts and advertisements that do nothing without it."""

PLAIN_STYLE = """<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 1rem auto !important; padding: 0 1rem !important; }
body { color-scheme: light dark; max-width: 80rem; }
table { border-collapse: collapse; width: 100%; }
td, th { border-bottom: 1px solid #8884; padding: .3rem .5rem; text-align: left; vertical-align: top; }
ul, ol { padding-left: 1.2rem; }
.container-fluid, .row, .card { display: block; }
.modal, .d-none, .navbar, .btn-group-toggle, form, button { display: none; }
.fa-check-circle::before { content: "met"; }
.fa-times::before { content: "not met"; font-weight: bold; color: #c4320b; }
i { font-style: normal; }
a { color: #0b72c4; }
</style>"""


def copy_docs(context: Any, output: Path) -> None:
    """The Data Docs in a folder of ours, as plain pages that load nothing; their own front page needs the network."""
    context.build_data_docs()
    (site,) = Path(context.root_directory).glob("uncommitted/data_docs/local_site")
    shutil.rmtree(output, ignore_errors=True)
    shutil.copytree(site, output, ignore=shutil.ignore_patterns("static"))
    for page in output.rglob("*.html"):
        html = NOT_OURS.sub("", page.read_text(encoding="utf-8"))
        page.write_text(html.replace("</head>", f"{PLAIN_STYLE}</head>", 1), encoding="utf-8")


def write_verdict(report: ValidationReport, output: Path, root: str) -> Path:
    """The front page: what was checked, what was not met, drift; a link to the Data Docs of each table."""
    suites = []
    for name, count in report.rows.items():
        unmet = [finding for finding in report.findings if finding.rule.split(".")[0] == name]
        pages = sorted(output.glob(f"validations/{name}/**/*.html"))
        suites.append(
            {
                "name": name,
                "rows": count,
                "checked": report.suites.get(name, 0),
                "critical": sum(finding.severity == "critical" for finding in unmet),
                "warnings": sum(finding.severity != "critical" for finding in unmet),
                "page": pages[-1].relative_to(output).as_posix() if pages else None,
            }
        )
    verdict = {
        "checked": report.checked,
        "unmet": report.findings,
        "critical": len(report.critical),
        "suites": suites,
        "drift": report.drift[-RUNS_LEARNED_FROM:],
        "shares": SHARES,
    }
    page = output / "index.html"
    write_page(page, "validation.html", root, [], verdict)
    return page

"""The flow `check`: is what was published what it should be? A run that finds a critical fault fails, visibly."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.artifacts import create_markdown_artifact

from flows.settings import load_settings
from flows.validation_report import validate_published
from warehouse.query import connect, published_database


class CheckFailed(RuntimeError):
    """Published rows break a critical expectation; the message names the first few."""


@flow(
    name="check",
    flow_run_name="check {lake}",
    description="Great Expectations over the published tables.",
    persist_result=False,
)
def check(lake: str | None = None) -> dict[str, Any]:
    """Validate the newest publication; CheckFailed where a critical expectation is not met."""
    report = validate_published(connect(published_database(load_settings(lake=lake).lake)))
    lines = [
        f"- {finding.severity} `{finding.rule}`: {finding.rows:,} rows ({finding.why})" for finding in report.findings
    ]
    create_markdown_artifact(
        key="newstally-check",
        markdown=f"# {report.checked} expectations, {len(report.findings)} not met\n\n" + "\n".join(lines),
        description="newstally check of the published tables",
    )
    if report.critical:
        raise CheckFailed("; ".join(lines[:5]))
    return {"checked": report.checked, "findings": len(report.findings), "rows": dict(report.rows)}

"""Why a document cannot become an article."""

from __future__ import annotations


class DocumentRejected(Exception):  # it names what happened to the document, as the tables do
    """The document is no article; it goes to quarantine.

    `reason` is a dotted name ("decode.binary"), `detail` one line for a person: what was wrong, what to do.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)  # both as args: the exception crosses processes by pickle
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}"

"""Raw documents from files, folders, archives, standard input and object stores, one at a time.

>>> list(read_documents(["no/such/file.txt"]))[0].detail
'no/such/file.txt does not exist: check the path'

What cannot be read is a `SourceProblem` in the stream, never an exception: the rest of the run goes on.
Nothing is read whole but a document: the limits are settings, and over them a document is a problem too.

Metadata can stand beside a document: `article.txt` takes `article.json`, `article.meta.json` or `article.toml`
with the fields of a record, and a folder path `2020/08/17/` (or `2020-08-17/`) gives the publication date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from flows.archives import Budget, Limits
from flows.listing import Source, list_sources, open_source
from flows.reader import Reader
from flows.records import Read, SourceProblem
from flows.repeats import Repeats
from flows.sidecars import folder_metadata, read_sidecar
from transforms.documents import RawDocument

__all__ = ["Limits", "SourceProblem", "read_documents"]


def read_documents(
    paths: Sequence[str | Path], limits: Limits | None = None, fields: Mapping[str, str] | None = None
) -> Iterator[Read]:
    """Every document and every problem of files, folders, globs, fsspec addresses and "-", in a stable order."""
    limits, fields = limits or Limits(), fields or {}
    for path in paths:
        for source in list_sources(str(path)):
            if isinstance(source, SourceProblem):
                yield source
            else:
                yield from read_source(source, limits, fields)


def read_source(source: Source, limits: Limits, fields: Mapping[str, str]) -> Iterator[Read]:
    """The documents of one file; whatever goes wrong with it is one problem more."""
    beside = Beside(source)
    reader = Reader(source, limits, fields)
    try:
        stream, size = open_source(source)
    except Exception as error:  # closed standard input, a path that is none, whatever an object store raises
        yield reader.problem(None, error)
        return
    with stream:
        budget, repeats = Budget(size, limits), Repeats()
        try:
            for found in reader.read(stream, source.relative, None, budget, 0):
                if isinstance(found, RawDocument):
                    yield repeats.problem(found, source.shown) or beside.described(found)
                else:
                    yield found
        except Exception as error:  # a dozen libraries read here: none of their errors may end the run
            yield reader.problem(None, error)


class Beside:
    """The sidecar of a file and what its folders say, read once for all of the file's documents."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.folders = folder_metadata(source.relative)

    def described(self, document: RawDocument) -> RawDocument:
        """The document with what stands beside it: a sidecar is as good as a record, folders are only hints."""
        alone = document.position is None and not document.given
        given, name = read_sidecar(self.source) if alone else ({}, "")
        if given:
            return replace(document, given=given, given_by=f"sidecar {name}", hints=self.folders)
        return replace(document, hints=self.folders) if self.folders else document

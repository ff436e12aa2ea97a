"""Marts: views whose rows are kept as Parquet beside the tables, because to compute them takes a second or more.

    published/v000012/fact_links/bucket=0/part-000012.parquet, bucket=1/part-000011.parquet

A mart is a file in sql/views like any other, with a contract in schemas/tables and an entry in `MARTS` below. Its rows
fall into groups that do not touch one another (facts: a measure in a country), named by the columns of its key. When
rows of a table that it reads are new, gone or other than in the version before, only their groups are computed again;
the rows of all others are taken from that version, and files in which nothing changed are linked. So a mart always
holds what its SELECT gives on the tables of the same version: `newstally verify` compares them.

To add one: write sql/views/NAME.sql and NAME.toml (given, expect), schemas/tables/NAME.toml, its name in
`schemas.contracts.MARTS`, and an entry here, after the marts that it reads. The key has to be such that rows of
different keys never meet in one group, join or window of the SELECT.
"""

from __future__ import annotations

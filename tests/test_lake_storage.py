"""The lake on a real PostgreSQL catalog and on S3-compatible object storage."""

from __future__ import annotations

import getpass
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.lakes import add, assert_sound, docs, number, run_of, story
from warehouse.errors import WarehouseError
from warehouse.lake import Lake
from warehouse.maintain import maintain
from warehouse.publish import publish
from warehouse.query import query
from warehouse.storage import LakeSettings, Layout, catalog_name
from warehouse.timetravel import query_as_of
from warehouse.undo import undo


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def postgres_programs() -> Path | None:
    """Folder of PostgreSQL's server programs, where it is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Connection string of a server that lives as long as this module's tests."""
    programs = postgres_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server on this machine: apt-get install postgresql")
    for module in ("psycopg", "duckdb_extension_postgres_scanner"):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} is not installed: pip install 'newstally[storage]'")
    folder = Path("/tmp") / f"newstally-pg-{os.getpid()}"  # a short path: a socket has at most 107 bytes
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    prefix: list[str] = []
    if os.geteuid() == 0:  # the server does not run as root
        shutil.chown(folder, "postgres", "postgres")
        prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
    port = free_port()
    quiet = {"check": True, "capture_output": True, "cwd": "/"}
    subprocess.run([*prefix, programs / "initdb", "-D", folder / "db", "-U", "newstally", "-A", "trust", "-N"], **quiet)  # type: ignore[call-overload]
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    command = [*prefix, programs / "pg_ctl", "-D", folder / "db", "-o", options, "-w", "-l", folder / "log"]
    subprocess.run([*command, "start"], check=True, stdout=subprocess.DEVNULL, cwd="/")
    try:
        yield f"host=127.0.0.1 port={port} user=newstally dbname=postgres"
    finally:
        subprocess.run([*command, "-m", "immediate", "stop"], check=False, stdout=subprocess.DEVNULL, cwd="/")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    """A fresh database on the server."""
    import psycopg

    name = f"lake_{time.monotonic_ns()}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield postgres.replace("dbname=postgres", f"dbname={name}")


def test_a_lake_on_postgresql(database: str, tmp_path: Path) -> None:
    settings = LakeSettings(catalog=database, lock_timeout=10)
    with Lake.create_or_open(tmp_path / "lake", settings) as lake:
        first, second = run_of(), run_of()
        add(lake, docs(12), first)
        add(lake, [replace(docs(1)[0], text=story("revised")), *docs(3, start=20)], second)
        assert add(lake, docs(12)).articles_seen_again == 12
        assert publish(lake).rows["articles"] == 15
        assert query(lake.layout.database, "SELECT count(*) AS n FROM articles").to_pylist() == [{"n": 15}]
        shown = query_as_of(lake.root, settings, "SELECT count(*) AS n FROM articles", first.run_id)
        assert shown.to_pylist() == [{"n": 12}]
        maintain(lake, grace_seconds=0)
        assert_sound(lake)
        undo(lake, second.run_id, run_of("undo"))
        assert number(lake, "SELECT count(*) FROM lake.articles") == 12
        assert_sound(lake)
    with Lake.create_or_open(tmp_path / "lake", settings) as lake:
        assert number(lake, "SELECT count(*) FROM lake.articles") == 12


def test_writers_of_two_machines_take_turns(database: str, tmp_path: Path) -> None:
    """Two folders stand for two machines: only the advisory lock of the catalog keeps them apart."""
    shared = tmp_path / "shared"
    shared.mkdir()
    code = textwrap.dedent(
        f"""
        import sys
        from pathlib import Path
        from tests.lakes import add, docs
        from warehouse.lake import Lake
        from warehouse.storage import LakeSettings
        settings = LakeSettings(catalog={database!r}, data_path={str(shared)!r}, lock_timeout=60)
        with Lake.create_or_open(Path(sys.argv[1]), settings) as lake:
            print(sum(add(lake, docs(6, start=3 * n)).articles_new for n in range(8)))
        """
    )
    settings = LakeSettings(catalog=database, data_path=str(shared), lock_timeout=60)
    with Lake.create_or_open(tmp_path / "zero", settings):
        pass
    writers = [
        subprocess.Popen([sys.executable, "-c", code, tmp_path / name], stdout=subprocess.PIPE, text=True)
        for name in ("one", "two", "three")
    ]
    added = [int(writer.communicate(timeout=120)[0]) for writer in writers]
    assert sum(added) == 27
    with Lake.create_or_open(tmp_path / "zero", settings) as lake:
        assert number(lake, "SELECT count(*) FROM lake.articles") == 27
        assert_sound(lake)


def test_a_postgresql_that_is_not_there_is_one_line_without_the_password(tmp_path: Path) -> None:
    settings = LakeSettings(catalog=f"host=127.0.0.1 port={free_port()} user=x password=hush dbname=y")
    with pytest.raises(WarehouseError) as caught:
        Lake.create_or_open(tmp_path / "lake", settings)
    assert "hush" not in str(caught.value) and "\n" not in str(caught.value)
    assert "hush" not in catalog_name(Layout(tmp_path), settings)


# ── object storage ────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def s3() -> Iterator[LakeSettings]:
    """Settings for a bucket on a server of its own."""
    program = os.environ.get("NEWSTALLY_TEST_MOTO") or shutil.which("moto_server")
    if program is None:
        pytest.skip("no S3-compatible server: pip install 'moto[server,s3]' (or name it in NEWSTALLY_TEST_MOTO)")
    if importlib.util.find_spec("duckdb_extension_httpfs") is None:
        pytest.skip("duckdb-extension-httpfs is not installed: pip install 'newstally[storage]'")
    port = free_port()
    server = subprocess.Popen(
        [program, "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        from botocore.session import get_session

        client = get_session().create_client(
            "s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1",
            aws_access_key_id="key", aws_secret_access_key="secret",
        )  # fmt: skip
        client.create_bucket(Bucket="news")
        yield LakeSettings(
            s3_endpoint=f"127.0.0.1:{port}", s3_use_ssl=False, s3_key_id="key", s3_secret="secret", lock_timeout=10
        )
    finally:
        server.kill()
        server.wait()


def test_a_lake_with_its_data_on_object_storage(s3: LakeSettings, tmp_path: Path) -> None:
    settings = replace(s3, data_path=f"s3://news/{getpass.getuser()}/one")
    with Lake.create_or_open(tmp_path / "lake", settings) as lake:
        add(lake, docs(12))
        add(lake, [replace(docs(1)[0], text=story("revised"))])
        assert not lake.layout.data.exists()
        assert publish(lake).rows["articles"] == 12
        assert query(lake.layout.database, "SELECT count(*) AS n FROM figures").to_pylist()[0]["n"] > 12
        maintain(lake, retention_days=0, grace_seconds=0)
        assert_sound(lake)
    with Lake.create_or_open(tmp_path / "lake", settings) as lake:
        assert add(lake, docs(14)).articles_new == 2
        assert publish(lake).rows["articles"] == 14
        assert_sound(lake)


def test_postgresql_and_object_storage_together(s3: LakeSettings, database: str, tmp_path: Path) -> None:
    settings = replace(s3, catalog=database, data_path="s3://news/both")
    for name in ("one", "two"):  # two machines
        with Lake.create_or_open(tmp_path / name, settings) as lake:
            add(lake, docs(10))
            assert publish(lake).rows["articles"] == 10
            assert_sound(lake)


def test_object_storage_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    if importlib.util.find_spec("duckdb_extension_httpfs") is None:
        pytest.skip("duckdb-extension-httpfs is not installed: pip install 'newstally[storage]'")
    settings = LakeSettings(
        data_path="s3://nowhere/lake", s3_endpoint=f"127.0.0.1:{free_port()}", s3_use_ssl=False,
        s3_key_id="key", s3_secret="hush",
    )  # fmt: skip
    with pytest.raises(WarehouseError) as caught, Lake.create_or_open(tmp_path / "lake", settings) as lake:
        add(lake, docs(2))
    assert "hush" not in str(caught.value) and "\n" not in str(caught.value)

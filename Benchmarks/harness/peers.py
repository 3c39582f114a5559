"""What the peers are asked to do: the same rows, the same columns, the same order of columns."""

import os
import shlex
import subprocess
import sys

from .segments import COLUMNS, EXPORTED, SEGMENTS

NAMES = ", ".join(name for name, _, _, _ in COLUMNS)


class SQLite:
    """The sqlite3 command line."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "peer.sqlite")
        self.scratch = os.path.join(folder, "import.sqlite")

    def version(self):
        return "sqlite3 " + subprocess.run(["sqlite3", "--version"], capture_output=True, text=True).stdout.split()[0]

    def prepare(self, duckdb, plain):
        """The store that is exported and counted from; NULLs are NULLs, which `.import` alone cannot do."""
        if os.path.exists(self.path):
            return
        with_nulls = self.path + ".csv"
        duckdb.statements(f"COPY profile TO '{with_nulls}' (HEADER, NULLSTR '\\N', TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%SZ')")
        partial = self.path + ".part"
        remove(partial)
        nulls = ", ".join(f"{name} = nullif({name}, '\\N')" for name, _, _, _ in COLUMNS)
        script = f"{_table()}\n.import --csv --skip 1 {with_nulls} profile\nUPDATE profile SET {nulls};\nVACUUM;\n"
        subprocess.run(["sqlite3", partial], input=script, text=True, check=True)
        os.unlink(with_nulls)
        os.rename(partial, self.path)

    def ingest(self, csv):
        return ["sqlite3", self.scratch, _table(), f".import --csv --skip 1 {csv} profile"]

    def counts(self):
        return ["sqlite3", self.path] + [f"SELECT count(*) FROM profile WHERE {each.for_sqlite};" for each in SEGMENTS]

    def export(self):
        return ["sqlite3", "-csv", "-header", self.path, f"SELECT {NAMES} FROM profile WHERE {EXPORTED.for_sqlite};"]

    def export_through(self, compressor):
        return f"{shlex.join(self.export())} | {compressor}"


class DuckDB:
    """DuckDB in a Python process, with a table of its own and as many threads as it likes."""

    def __init__(self, folder, venv):
        self.path = os.path.join(folder, "peer.duckdb")
        self.scratch = os.path.join(folder, "import.duckdb")
        self.folder = folder
        self.venv = venv
        self.python = os.path.join(venv, "bin", "python")
        self.script = os.path.join(os.path.dirname(__file__), "duckdb_peer.py")

    def install(self):
        if os.path.exists(os.path.join(self.venv, "ready")):
            return
        subprocess.run([sys.executable, "-m", "venv", self.venv], check=True)
        subprocess.run([self.python, "-m", "pip", "install", "--quiet", "duckdb"], check=True)
        open(os.path.join(self.venv, "ready"), "w").close()

    def version(self):
        asked = [self.python, "-c", "import duckdb; print('DuckDB', duckdb.__version__)"]
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()

    def command(self, path, *statements):
        return [self.python, self.script, path, *statements]

    def statements(self, *statements):
        return subprocess.run(self.command(self.path, *statements), check=True, capture_output=True, text=True).stdout

    def prepare(self, csv):
        if os.path.exists(self.path):
            return
        partial = self.path + ".part"
        remove(partial)
        subprocess.run(self.command(partial, self._load(csv), "CHECKPOINT"), check=True)
        os.rename(partial, self.path)

    def ingest(self, csv):
        return self.command(self.scratch, self._load(csv))

    def counts(self):
        filters = ", ".join(f"count(*) FILTER (WHERE {each.for_duckdb})" for each in SEGMENTS)
        return self.command(self.path, f"SELECT {filters} FROM profile")

    def export(self, target, *options):
        chosen = ", ".join(["HEADER", *options])
        return self.command(
            self.path, f"COPY (SELECT {NAMES} FROM profile WHERE {EXPORTED.for_duckdb}) TO '{target}' ({chosen})"
        )

    def start(self):
        return self.command(":memory:", "SELECT 1")

    def _load(self, csv):
        types = ", ".join(f"'{name}': '{kind}'" for name, _, _, kind in COLUMNS)
        return (
            f"CREATE TABLE profile AS SELECT * FROM read_csv('{csv}', header = true, columns = {{{types}}}, "
            "quote = '\"', escape = '\"', delim = ',', allow_quoted_nulls = false, strict_mode = true)"
        )


def _table():
    return "CREATE TABLE profile (" + ", ".join(f"{name} {kind}" for name, _, kind, _ in COLUMNS) + ");"


def remove(path):
    for each in [path, path + "-wal", path + "-shm", path + "-journal", path + ".wal"]:
        if os.path.exists(each):
            os.unlink(each)

"""Data files of a drop-off, and whom Tidegate is measured against."""

import gzip
import json
import os
import shutil

from . import processes
from .contests import Contest, Contestant
from .peers import DuckDB, remove

LINES = 1_000_000
MANY_LINES = 10_000_000
SIGNALS = 10
"""On which processor everybody works, alone."""
CORE = "0"


class DropOffs:
    """Every file has the same ids, in no order; the store is a new one unless a contestant says otherwise."""

    def __init__(self, root, work):
        self.folder = os.path.join(work, "drop-off")
        self.binaries = os.path.join(root, ".build", "release")
        os.makedirs(self.folder, exist_ok=True)
        self.lines, self.again = self._path("lines.sync"), self._path("again.sync")
        self.packed, self.many = self._path("lines.sync.gz"), self._path("many.sync")
        self.store, self.filled = self._path("store.sqlite"), self._path("filled.sqlite")
        self.duckdb = DuckDB(self.folder, os.path.join(work, "venv"))

    def prepare(self, peers):
        self._write(self.lines, LINES, seed=20261121)
        self._write(self.many, MANY_LINES, seed=20261121)
        if not os.path.exists(self.packed):
            with open(self.lines, "rb") as plain, gzip.open(self.packed + ".part", "wb", 6) as packed:
                shutil.copyfileobj(plain, packed)
            os.rename(self.packed + ".part", self.packed)
        # A file of its own, so that it is taken; the same rows, so that every id is known.
        if not os.path.exists(self.again):
            os.link(self.lines, self.again)
        remove(self.filled)
        self.figures = json.loads(processes.answer(self._take(self.filled, self.lines)))
        if peers:
            self.duckdb.install()

    def contest(self, peers):
        fresh = lambda: remove(self.store)
        ours = [
            Contestant("tidegate, new ids", self._take(self.store, self.lines), fresh, self.store),
            Contestant("tidegate, known ids", self._take(self.store, self.again), self._fill),
            Contestant("tidegate, new ids, gzip", self._take(self.store, self.packed), fresh),
        ]
        theirs = [
            Contestant("DuckDB, ids by trait", self._alone(self._duckdb()), lambda: remove(self.duckdb.scratch)),
            Contestant("awk, signals by trait", self._alone(["awk", "-F", "\t", _AWK, self.lines])),
        ]
        title = f"{LINES:,} lines with {SIGNALS} signals each, on one core"
        return Contest("drop-off", title, ours + (theirs if peers else []))

    def taken_many(self):
        """Ten times the lines, of the same ids."""
        remove(self.store)
        return processes.run(self._take(self.store, self.many))

    def same_signals(self):
        """How many signals the file has, which Tidegate and DuckDB both say."""
        asked = f"SELECT count(*) FROM ({self._signals()})"
        theirs = int(processes.answer(self.duckdb.command(":memory:", asked)))
        if theirs != self.figures["signals"]:
            raise processes.Failed(f"Tidegate counts {self.figures['signals']} signals, DuckDB {theirs}")
        return theirs

    def _path(self, name):
        return os.path.join(self.folder, name)

    def _write(self, path, lines, seed):
        if not os.path.exists(path):
            generator = os.path.join(self.binaries, "sample-data")
            rows = ["--rows", str(lines), "--signals", str(LINES), "--seed", str(seed)]
            processes.run([generator, *rows, "--output", path + ".part"])
            os.rename(path + ".part", path)

    def _fill(self):
        remove(self.store)
        shutil.copyfile(self.filled, self.store)

    def _take(self, store, path):
        return self._alone([os.path.join(self.binaries, "Measure"), "drop-off", store, path])

    def _alone(self, command):
        return ["taskset", "-c", CORE, *command]

    def _signals(self):
        return (
            "SELECT id, trim(unnest(string_split(list, ','))) AS signal "
            f"FROM read_csv('{self.lines}', delim = '\t', header = false, quote = '', escape = '', "
            "columns = {'id': 'VARCHAR', 'list': 'VARCHAR'})"
        )

    def _duckdb(self):
        return self.duckdb.command(
            self.duckdb.scratch, "SET threads = 1",
            "CREATE TABLE holder AS SELECT DISTINCT CAST(substr(signal, 7) AS INTEGER) AS trait, id "
            f"FROM ({self._signals()}) WHERE signal LIKE 'd_sid=%'",
        )


_AWK = """{
    count = split($2, signals, ",")
    for (at = 1; at <= count; at++) if (signals[at] ~ /^d_sid=/) given[substr(signals[at], 7)]++
}
END { for (trait in given) print trait, given[trait] }"""

"""What is measured against what, and how often."""

import os
import shutil
from dataclasses import dataclass, field
from statistics import median
from typing import Callable

from . import jobs, processes
from .peers import DuckDB, SQLite, remove


@dataclass
class Contestant:
    name: str
    command: list | str
    """Takes away what the round before left behind."""
    before: Callable[[], None] = lambda: None
    """The file that the command makes, to weigh it."""
    output: str | None = None
    """Whether `output` is what the command prints."""
    captured: bool = False
    rounds: list = field(default_factory=list)

    @property
    def cpu(self):
        return median(each.cpu for each in self.rounds)

    @property
    def wall(self):
        return median(each.wall for each in self.rounds)

    @property
    def peak(self):
        return max(each.peak for each in self.rounds)

    @property
    def size(self):
        return os.path.getsize(self.output) if self.output else None


@dataclass
class Contest:
    """The first contestant is Tidegate; the others are what it is compared with."""

    name: str
    title: str
    contestants: list

    def run(self, rounds, say):
        """One round that does not count, then `rounds` that do, the order turned round every time."""
        for number in range(rounds + 1):
            order = self.contestants if number % 2 == 0 else list(reversed(self.contestants))
            for each in order:
                each.before()
                used = processes.run(each.command, stdout=each.output if each.captured else None)
                if number > 0:
                    each.rounds.append(used)
                say(f"{self.name} {number}/{rounds} {each.name}: {used.cpu:.2f} s CPU, {used.wall:.2f} s wall")

    def named(self, name):
        return next(each for each in self.contestants if each.name == name)

    def ratio(self, ours, theirs, of="cpu"):
        """The median of the rounds' ratios: what else the machine did meets both sides of a round."""
        pairs = zip(self.named(ours).rounds, self.named(theirs).rounds)
        return median(getattr(left, of) / max(getattr(right, of), 1e-6) for left, right in pairs)


class Field:
    """Everything that one number of rows needs on disk, made once."""

    def __init__(self, root, work, rows):
        self.rows = rows
        self.folder = os.path.join(work, str(rows))
        self.binaries = os.path.join(root, ".build", "release")
        os.makedirs(self.folder, exist_ok=True)
        self.csv = self.path("customers.csv")
        self.shuffled = self.path("shuffled.csv")
        self.outbox = self.path("outbox")
        self.data = self.path("data")
        self.sqlite = SQLite(self.folder)
        self.duckdb = DuckDB(self.folder, os.path.join(work, "venv"))

    def path(self, name):
        return os.path.join(self.folder, name)

    def tidegate(self, *arguments, data=None, source="jobs"):
        common = ["--jobs", self.path(source), "--data", data or self.data]
        return [os.path.join(self.binaries, "tidegate"), *arguments, *common]

    def prepare(self, peers=True):
        for path, options in [(self.csv, []), (self.shuffled, ["--shuffle"])]:
            if not os.path.exists(path):
                generator = os.path.join(self.binaries, "sample-data")
                processes.run([generator, "--rows", str(self.rows), "--output", path + ".part", *options])
                os.rename(path + ".part", path)
        jobs.write(self.path("jobs"), self.csv, self.outbox)
        jobs.write(self.path("jobs-shuffled"), self.shuffled, self.outbox)
        shutil.rmtree(self.data, ignore_errors=True)
        for stage in ["apply", "ingest", "segment"]:
            processes.run(self.tidegate(stage))
        if peers:
            self.duckdb.install()
            self.duckdb.prepare(self.csv)
            self.sqlite.prepare(self.duckdb, self.csv)

    # The contests.

    def start(self, peers):
        ours = [
            Contestant("tidegate --version", [os.path.join(self.binaries, "tidegate"), "--version"]),
            Contestant("tidegate status", self.tidegate("status")),
        ]
        theirs = [
            Contestant("sqlite3, SELECT 1", ["sqlite3", ":memory:", "SELECT 1"]),
            Contestant("DuckDB, SELECT 1", self.duckdb.start()),
        ]
        return Contest("start", "Process start", ours + (theirs if peers else []))

    def ingest(self, peers):
        fresh = self.path("data-ingest")
        again = lambda: shutil.rmtree(fresh, ignore_errors=True)
        ours = [
            Contestant("tidegate ingest", self.tidegate("ingest", data=fresh), again, os.path.join(fresh, "profiles.sqlite")),
            Contestant(
                "tidegate ingest, keys in no order", self.tidegate("ingest", data=fresh, source="jobs-shuffled"), again
            ),
        ]
        sqlite, duckdb = self.sqlite, self.duckdb
        theirs = [
            Contestant("sqlite3 .import", sqlite.ingest(self.csv), lambda: remove(sqlite.scratch), sqlite.scratch),
            Contestant("DuckDB read_csv", duckdb.ingest(self.csv), lambda: remove(duckdb.scratch), duckdb.scratch),
        ]
        return Contest("ingest", "Ingest of the whole CSV into an empty store", ours + (theirs if peers else []))

    def segments(self, peers):
        ours = [Contestant("tidegate segment", self.tidegate("segment"))]
        theirs = [
            Contestant("sqlite3, 20 counts", self.sqlite.counts()),
            Contestant("DuckDB, 20 counts in one scan", self.duckdb.counts()),
        ]
        return Contest("segments", "20 segments; Tidegate stores the members as well", ours + (theirs if peers else []))

    def export(self, peers):
        ours = [self._export("csv", "export-csv.csv")]
        theirs = [
            Contestant("sqlite3 -csv", self.sqlite.export(), output=self.path("sqlite.csv"), captured=True),
            self._copy("DuckDB COPY", "duckdb.csv"),
        ]
        return Contest("csv", "Full CSV of the segment", ours + (theirs if peers else []))

    def compressed(self, peers):
        ours = [
            self._export("gzip", "export-gzip.csv.gz"), self._export("gzip-small", "export-gzip-small.csv.gz"),
            self._export("zstd", "export-zstd.csv.zst"),
        ]
        through = lambda tool, name: Contestant(
            f"sqlite3 -csv | {tool}", self.sqlite.export_through(tool), output=self.path(name), captured=True
        )
        theirs = [
            self._copy("DuckDB COPY, gzip", "duckdb.csv.gz", "COMPRESSION gzip"),
            self._copy("DuckDB COPY, zstd", "duckdb.csv.zst", "COMPRESSION zstd"),
            through("gzip -1", "sqlite-1.csv.gz"), through("gzip -6", "sqlite-6.csv.gz"),
            Contestant(
                "gzip -6 of Tidegate's CSV", ["gzip", "-6", "-c", os.path.join(self.outbox, "export-csv.csv")],
                output=self.path("gzip-6.csv.gz"), captured=True,
            ),
        ]
        return Contest("compressed", "Full CSV of the segment, compressed", ours + (theirs if peers else []))

    def _export(self, name, file):
        command = self.tidegate("run", "--ad-hoc", f"export-{name}", "--force")
        return Contestant(f"tidegate {name}", command, output=os.path.join(self.outbox, file))

    def _copy(self, name, file, *options):
        target = self.path(file)
        return Contestant(name, self.duckdb.export(target, *options), lambda: remove(target), target)

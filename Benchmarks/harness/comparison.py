"""Whether everyone exported and counted the same."""

import csv
import gzip
import hashlib
import json
import os
import re

from . import processes
from .segments import SEGMENTS


def exports(field):
    """Sentences about the exported files; raises where they differ."""
    ours = os.path.join(field.outbox, "export-csv.csv")
    theirs = field.path("duckdb-iso.csv")
    processes.run(field.duckdb.export(theirs, "TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%SZ'"))
    lines, quoted, other = _different(ours, theirs)
    if other:
        raise processes.Failed("Tidegate's CSV and DuckDB's differ:\n" + "\n".join(other))
    found = [
        f"Tidegate's CSV and DuckDB's (timestamps in ISO 8601) are the same in {lines - quoted} of {lines} lines; the "
        "others differ in quotes that RFC 4180 leaves free."
    ]
    whole = _digest(open(ours, "rb"))
    for name in ["export-gzip.csv.gz", "export-gzip-small.csv.gz"]:
        if _digest(gzip.open(os.path.join(field.outbox, name))) != whole:
            raise processes.Failed(f"{name} does not hold the bytes of the CSV")
    asked = "SELECT count(*) FROM profile WHERE " + SEGMENTS[0].for_sqlite
    rows = int(processes.answer(["sqlite3", field.sqlite.path, asked]))
    manifest_rows = _csv_rows(ours)
    if rows != manifest_rows:
        raise processes.Failed(f"Tidegate exported {manifest_rows} rows, sqlite3 counts {rows}")
    found.append(f"{rows} rows in each; the gzip files hold the bytes of the CSV.")
    return found


def counts(field):
    """Members of every segment by the three systems, or an error where two disagree."""
    snapshot = json.loads(processes.answer(field.tidegate("segments", "--json")))
    ours = {each["name"]: each["members"] for each in snapshot}
    sqlite = [int(line) for line in processes.answer(field.sqlite.counts()).split()]
    duckdb = [int(number) for number in processes.answer(field.duckdb.counts()).split()]
    rows = []
    for segment, by_sqlite, by_duckdb in zip(SEGMENTS, sqlite, duckdb):
        if not ours[segment.name] == by_sqlite == by_duckdb:
            raise processes.Failed(
                f"segment {segment.name}: tidegate {ours[segment.name]}, sqlite3 {by_sqlite}, DuckDB {by_duckdb}"
            )
        rows.append((segment.name, by_sqlite))
    return rows


def _different(ours, theirs):
    """Lines in all, how many of them differ in free quotes alone, and the first pair that differs in more."""
    lines, quoted = 0, 0
    with open(ours, encoding="utf-8", newline="") as left, open(theirs, encoding="utf-8", newline="") as right:
        while True:
            one, two = left.readline(), right.readline()
            if not one and not two:
                return lines, quoted, []
            lines += 1
            if one != two:
                # A quoted empty field is a value, a bare one is none: those must stay apart.
                same = one.count('""') == two.count('""') and list(csv.reader([one])) == list(csv.reader([two]))
                if not same:
                    return lines, quoted, [one.strip(), two.strip()]
                quoted += 1


def _digest(file):
    digest = hashlib.sha256()
    with file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _csv_rows(path):
    """Records after the header: line ends outside of quotes."""
    text = open(path, "rb").read()
    return re.sub(rb'"[^"]*"', b"", text).count(b"\n") - 1

"""One DuckDB process: opens the database and runs the statements. Started by the Python of the benchmark's own venv."""

import sys

import duckdb

connection = duckdb.connect(sys.argv[1])
for statement in sys.argv[2:]:
    rows = connection.execute(statement).fetchall()
    if statement.lstrip().upper().startswith("SELECT"):
        for row in rows:
            print("\t".join(str(value) for value in row))

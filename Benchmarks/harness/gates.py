"""What must hold, from the measurements."""

from .report import Gate

MEBIBYTES = 96


def gates(contests, peers):
    found = []
    if peers:
        found += _against_peers(contests)
    if "ingest" in contests:
        found += [_memory(each) for each in contests["ingest"].contestants if each.name.startswith("tidegate")]
    for name in ["csv", "compressed"]:
        if name in contests:
            found += [_memory(each) for each in contests[name].contestants if each.name.startswith("tidegate")]
    return found


def _against_peers(contests):
    found = []
    if ingest := contests.get("ingest"):
        found.append(_cpu(ingest, "tidegate ingest", "sqlite3 .import", 0.65))
    if segments := contests.get("segments"):
        found.append(_cpu(segments, "tidegate segment", "sqlite3, 20 counts", 0.5))
    if csv := contests.get("csv"):
        found.append(_cpu(csv, "tidegate csv", "DuckDB COPY", 0.75))
        found.append(_cpu(csv, "tidegate csv", "sqlite3 -csv", 0.70))
    if compressed := contests.get("compressed"):
        found.append(_cpu(compressed, "tidegate gzip", "DuckDB COPY, gzip", 0.4))
        small, six = compressed.named("tidegate gzip-small"), compressed.named("gzip -6 of Tidegate's CSV")
        found.append(Gate("level small, size by gzip -6 of the same CSV", small.size / six.size, 1.0))
    return found


def _cpu(contest, ours, theirs, limit):
    return Gate(f"{ours} by {theirs}, CPU", contest.ratio(ours, theirs), limit)


def _memory(contestant):
    return Gate(f"{contestant.name}, peak resident memory", contestant.peak, MEBIBYTES, " MiB")

"""Writes the job files that are measured."""

import os

from .segments import COLUMNS, EXPORTED, SEGMENTS

# Dataflow, compression, level.
EXPORTS = [
    ("csv", "none", "fast"),
    ("gzip", "gzip", "fast"),
    ("gzip-small", "gzip", "small"),
    ("zstd", "zstd", "fast"),
]


def write(folder, source, outbox):
    """A profile of 15 columns, one source, 20 segments, one dataflow per compression."""
    documents = [_profile(), f"kind: Source\nname: crm\nfrom: {source}", "kind: Segmentation\nat: '02:00'", _place(outbox)]
    documents += [f'kind: Segment\nname: {each.name}\nwhere: "{each.rule}"' for each in SEGMENTS]
    documents += [_dataflow(f"export-{name}", EXPORTED.name, compression, level) for name, compression, level in EXPORTS]
    _save(folder, documents)


def write_many(folder, source, outbox, dataflows, files=100):
    """As many dataflows, in so many files, each with a schedule of its own."""
    shared = [_profile(), f"kind: Source\nname: crm\nfrom: {source}", "kind: Segmentation\nat: '02:00'", _place(outbox)]
    shared += [f'kind: Segment\nname: {each.name}\nwhere: "{each.rule}"' for each in SEGMENTS]
    _save(folder, shared)
    for file in range(files):
        documents = []
        for number in range(file, dataflows, files):
            at = f"{number % 24:02d}:{number // 24 % 60:02d}"
            segment = SEGMENTS[number % len(SEGMENTS)].name
            documents.append(_dataflow(f"flow-{number:05d}", segment, "gzip", "fast", at=at))
        _save(folder, documents, f"flows-{file:02d}.yaml")


def _profile():
    return "\n".join(
        ["kind: Profile", "key: customer_id", "attributes:"] + [f"  {name}: {kind}" for name, kind, _, _ in COLUMNS]
    )


def _place(outbox):
    return f"kind: Destination\nname: outbox\ntype: directory\npath: {outbox}"


def _dataflow(name, segment, compression, level, at="03:00"):
    # Weekly and by the clock, so that nothing but the export asked for is due.
    lines = [
        "kind: Dataflow", f"name: {name}", "destination: outbox", f"segments: [{segment}]", "export: full",
        "schedule:", "  frequency: weekly", "  trigger: scheduled", f"  at: '{at}'", "  start: 2026-01-05",
        "mapping:",
    ]
    lines += [f"  - {{ attribute: {column} }}" for column, _, _, _ in COLUMNS]
    lines += ["file:", "  name: '%DATAFLOW_NAME%'", f"  compression: {compression}"]
    if compression != "none":
        lines.append(f"  level: {level}")
    return "\n".join(lines)


def _save(folder, documents, name="jobs.yaml"):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write("\n---\n".join(documents) + "\n")

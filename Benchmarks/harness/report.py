"""Measurements as Markdown."""

import os
import platform
from dataclasses import dataclass


@dataclass(frozen=True)
class Gate:
    what: str
    value: float
    limit: float
    unit: str = ""
    at_least: bool = False

    @property
    def holds(self):
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def line(self):
        sign = "≥" if self.at_least else "≤"
        verdict = "pass" if self.holds else "FAIL"
        return f"- **{verdict}** {self.what}: {_number(self.value)}{self.unit} ({sign} {_number(self.limit)}{self.unit})"


def table(contest):
    """The ratios are Tidegate's time by that of the row, the median over the rounds."""
    ours = [each.name for each in contest.contestants if each.name.startswith("tidegate")]
    first = ours[0]
    lines = [
        f"## {contest.title}", "",
        f"| | CPU s | wall s | peak MiB | output MB | {first} ÷ this, CPU | wall |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for each in contest.contestants:
        size = f"{each.size / 1e6:.2f}" if each.size else ""
        lines.append(
            f"| {each.name.replace('|', chr(92) + '|')} | {each.cpu:.3f} | {each.wall:.3f} | {each.peak:.0f} | {size} "
            f"| {contest.ratio(first, each.name):.2f} | {contest.ratio(first, each.name, of='wall'):.2f} |"
        )
    return "\n".join(lines) + "\n"


def machine(syncs):
    model = "unknown processor"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}; "
        f"the disk takes {syncs:.0f} writes of 4 KiB with fdatasync per second; load average at the end {load}"
    )


def _number(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}"

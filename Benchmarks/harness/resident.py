"""Ten thousand dataflows: how long a start takes and what stays in memory."""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from statistics import median

from . import jobs, processes

DATAFLOWS = 10_000
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Start:
    wall: float
    cpu: float
    """Resident MiB when ready, and at the highest until then."""
    resident: float
    peak: float


class Residents:
    """A store to which ten thousand dataflows were applied and that has a snapshot, so that nothing is due."""

    def __init__(self, field):
        self.field = field
        self.data = field.path("data-many")

    def prepare(self):
        source = self.field.path("few.csv")
        generator = os.path.join(self.field.binaries, "sample-data")
        processes.run([generator, "--rows", "1000", "--output", source])
        shutil.rmtree(self.field.path("jobs-many"), ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        jobs.write_many(self.field.path("jobs-many"), source, self.field.outbox, DATAFLOWS)
        self.applied = processes.run(self._tidegate("apply"))
        for stage in ["ingest", "segment"]:
            processes.run(self._tidegate(stage))

    def measured(self, rounds):
        """Medians over the rounds, after one that does not count."""
        self._start()
        starts = [self._start() for _ in range(rounds)]
        return Start(
            wall=median(each.wall for each in starts), cpu=median(each.cpu for each in starts),
            resident=median(each.resident for each in starts), peak=max(each.peak for each in starts),
        )

    def _tidegate(self, *arguments):
        return self.field.tidegate(*arguments, data=self.data, source="jobs-many")

    def _start(self):
        begun = time.monotonic()
        process = subprocess.Popen(
            self._tidegate("run"), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        try:
            for line in process.stderr:
                if "scheduler ready" in line:
                    return Start(time.monotonic() - begun, _cpu(process.pid), *_memory(process.pid))
            raise processes.Failed("tidegate run ended before it was ready")
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)


def _cpu(process):
    with open(f"/proc/{process}/stat", encoding="utf-8") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _memory(process):
    found = {}
    with open(f"/proc/{process}/status", encoding="utf-8") as file:
        for line in file:
            if line.startswith(("VmRSS:", "VmHWM:")):
                name, value, _ = line.split()
                found[name] = int(value) / 1024
    return found["VmRSS:"], found["VmHWM:"]

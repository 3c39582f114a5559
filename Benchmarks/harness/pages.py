"""A server with a long history, and how long its pages take."""

import http.client
import os
import random
import re
import signal
import sqlite3
import subprocess
import time
import uuid
from dataclasses import dataclass
from statistics import median

PAGES = ["/", "/dataflows", "/dataflows?state=failed"]
TICKS = os.sysconf("SC_CLK_TCK")
DAY = 86_400_000
STATES = ["completed"] * 90 + ["partial", "failed", "failed", "cancelled", "skipped", "skipped", "missed"]
TRIGGERS = ["scheduled"] * 18 + ["ad-hoc", "retry"]


@dataclass(frozen=True)
class Figures:
    """In milliseconds; the size in bytes."""
    first: float
    median: float
    slowest: float
    cpu: float
    size: int


class Pages:
    """Serves while it is open; nothing is due meanwhile."""

    def __init__(self, binary, folder, dataflows, runs):
        self.binary, self.folder = binary, folder
        self.dataflows, self.runs = dataflows, runs
        self.token = "token-of-the-benchmark"

    def __enter__(self):
        os.makedirs(os.path.join(self.folder, "jobs"))
        self._write_jobs()
        for verb in ["apply", "ingest", "segment"]:
            subprocess.run(self._tidegate(verb), check=True, stdout=subprocess.DEVNULL)
        self._seed()
        self.process = subprocess.Popen(
            self._tidegate("run", "--listen", "127.0.0.1:0"), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, env={**os.environ, "TIDEGATE_API_TOKEN": self.token},
        )
        for line in self.process.stderr:
            if found := re.search(r"127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
                return self
        raise SystemExit("the server did not say where it listens")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate()

    def measured(self, path, rounds):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        first, size = self._get(connection, path)
        before = self._cpu()
        times = [self._get(connection, path)[0] for _ in range(rounds)]
        cpu = (self._cpu() - before) / rounds
        connection.close()
        return Figures(first, median(times), max(times), cpu, size)

    def _get(self, connection, path):
        begun = time.perf_counter()
        connection.request("GET", path, headers={"Authorization": f"Bearer {self.token}"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path} answers {answer.status}")
        return (time.perf_counter() - begun) * 1000, len(body)

    def _cpu(self):
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / TICKS

    def _tidegate(self, verb, *arguments):
        return [
            self.binary, verb, "--jobs", os.path.join(self.folder, "jobs"), "--data", os.path.join(self.folder, "data"),
            *arguments,
        ]

    def _write_jobs(self):
        source = os.path.join(self.folder, "customers.csv")
        with open(source, "w") as file:
            file.write("id,orders\n" + "".join(f"c{number},{number % 9}\n" for number in range(1000)))
        documents = [
            "kind: Profile\nkey: id\nattributes: { id: text, orders: integer }",
            f"kind: Source\nname: crm\nfrom: {source}",
            'kind: Segmentation\nat: "02:00"\ntimeZone: Europe/Stockholm',
            "kind: Segment\nname: buyers\nwhere: orders > 3",
        ]
        for number in range(4):
            place = os.path.join(self.folder, f"outbox-{number}")
            documents.append(f"kind: Destination\nname: drop-{number}\ntype: directory\npath: {place}")
        # Half an hour ahead at least, so that none falls due while others are measured.
        begin = time.gmtime(time.time() + 1800)
        for number in range(self.dataflows):
            minute = (begin.tm_hour * 60 + begin.tm_min + number) % 1440
            documents.append(
                f"kind: Dataflow\nname: flow-{number:04d}\ndestination: drop-{number % 4}\nsegments: [buyers]\n"
                "export: full\nschedule:\n  frequency: daily\n  trigger: scheduled\n"
                f'  at: "{minute // 60:02d}:{minute % 60:02d}"\n  timeZone: UTC\n'
                f'mapping: [{{ attribute: id }}]\nfile: {{ name: "flow-{number:04d}_%DATETIME(yyyyMMdd_HHmmss)%" }}'
            )
        with open(os.path.join(self.folder, "jobs", "jobs.yaml"), "w") as file:
            file.write("\n---\n".join(documents) + "\n")

    def _seed(self):
        """Runs that ended, one a day for each dataflow; the same ones each time, but for when."""
        chance = random.Random(4711)
        store = sqlite3.connect(os.path.join(self.folder, "data", "tidegate.sqlite"))
        flows = store.execute("SELECT id, name FROM object WHERE kind = 'Dataflow' ORDER BY position").fetchall()
        segment = store.execute("SELECT id FROM object WHERE kind = 'Segment'").fetchone()[0]
        now = int(time.time() * 1000)
        runs, segments = [], []
        for back in range(self.runs, 0, -1):
            for place, (flow, name) in enumerate(flows):
                run = str(uuid.UUID(int=chance.getrandbits(128)))
                state = chance.choice(STATES)
                queued = now - back * DAY + place * 60_000 * 1400 // len(flows)
                started = None if state in ("skipped", "missed") else queued + 200
                finished = queued + 200 + chance.randrange(1_000, 400_000)
                reason = "destination did not answer" if state == "failed" else None
                runs.append(
                    (run, flow, name, chance.choice(TRIGGERS), state, reason, queued, queued, started, finished)
                )
                segments.append((run, segment))
        with store:
            store.executemany(
                """
                INSERT INTO run (id, dataflow, dataflow_name, revision, "trigger", state, reason, scheduled_for,
                    queued_at, started_at, finished_at)
                VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)
                """,
                runs,
            )
            store.executemany("INSERT INTO run_segment VALUES (?, 0, ?, 'buyers')", segments)
        store.close()

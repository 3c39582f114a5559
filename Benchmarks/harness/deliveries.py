"""Pushes and transfers: the servers, the job files, and whom Tidegate is measured against."""

import json
import os
import shutil
import subprocess
import sys

from . import processes
from .contests import Contest, Contestant

CONTACTS = 100_000
GIBIBYTE = 1 << 30

PROFILE = """kind: Profile
key: customer_id
attributes:
  customer_id: text
  email: text
  first_name: text
  last_name: text
  city: text
  country: text
  email_consent: boolean
  engagement: integer
---
kind: Source
name: crm
from: {csv}
---
kind: Segmentation
at: '02:00'
---
kind: Segment
name: everybody
where: email is not null
---
kind: Destination
name: sendgrid
type: sendgrid
apiKey: ${{env:BENCHMARK_SENDGRID_KEY}}
baseURL: {url}
consent: {{ agreedBy: benchmark, agreedOn: 2026-01-01 }}
---
kind: Destination
name: autopilot
type: autopilot
apiKey: ${{env:BENCHMARK_AUTOPILOT_KEY}}
baseURL: {url}
callsPerSecond: 10000
consent: {{ agreedBy: benchmark, agreedOn: 2026-01-01 }}
"""

DATAFLOW = """---
kind: Dataflow
name: push-{name}
destination: {name}
segments: [everybody]
schedule: {{ frequency: weekly, trigger: scheduled, at: '03:00', start: 2026-01-05 }}
mapping:
  - {{ attribute: email, as: {email} }}
  - {{ attribute: first_name, as: {first} }}
  - {{ attribute: last_name, as: {last} }}
  - {{ attribute: city, as: {city} }}
  - {{ attribute: country, as: {country} }}
"""


class Server:
    """A process that prints its facts as one line of JSON and ends with its standard input."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.facts = json.loads(self.process.stdout.readline())

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


class Deliveries:
    def __init__(self, root, work):
        self.root = root
        self.folder = os.path.join(work, "deliveries")
        self.binaries = os.path.join(root, ".build", "release")
        self.data = os.path.join(self.folder, "data")
        self.csv = os.path.join(self.folder, "contacts.csv")
        self.python = os.path.join(work, "venv-deliveries", "bin", "python")
        os.makedirs(self.folder, exist_ok=True)

    def install(self):
        venv = os.path.dirname(os.path.dirname(self.python))
        if os.path.exists(os.path.join(venv, "ready")):
            return
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run([self.python, "-m", "pip", "install", "--quiet", "requests", "awscli"], check=True)
        open(os.path.join(venv, "ready"), "w").close()

    def versions(self):
        asked = [self.python, "-c", "import requests, sys; print('requests', requests.__version__, 'on Python', sys.version.split()[0])"]
        aws = [os.path.join(os.path.dirname(self.python), "aws"), "--version"]
        ssh = subprocess.run(["ssh", "-V"], capture_output=True, text=True).stderr.strip()
        return [processes.answer(asked).strip(), processes.answer(aws).strip(), ssh]

    # Pushes.

    def prepare_pushes(self):
        os.environ["BENCHMARK_SENDGRID_KEY"] = "SG." + "b" * 66
        os.environ["BENCHMARK_AUTOPILOT_KEY"] = "0" * 32
        self.receiver = Server([sys.executable, os.path.join(os.path.dirname(__file__), "answering_server.py")])
        if not os.path.exists(self.csv):
            generator = os.path.join(self.binaries, "sample-data")
            # Some have no address: more rows than contacts, and the first so many with one.
            whole = self.csv + ".whole"
            processes.run([generator, "--rows", str(CONTACTS * 5 // 4), "--output", whole])
            self.keep_contacts(whole)
        jobs = os.path.join(self.folder, "jobs")
        os.makedirs(jobs, exist_ok=True)
        text = PROFILE.format(csv=self.csv, url=self.receiver.facts["url"])
        text += DATAFLOW.format(
            name="sendgrid", email="email", first="first_name", last="last_name", city="city", country="country"
        ).replace("segments:", "list: 11111111-1111-4111-8111-111111111111\nsegments:")
        text += DATAFLOW.format(
            name="autopilot", email="Email", first="FirstName", last="LastName", city="MailingCity",
            country="MailingCountry",
        )
        with open(os.path.join(jobs, "jobs.yaml"), "w", encoding="utf-8") as file:
            file.write(text)
        shutil.rmtree(self.data, ignore_errors=True)
        for stage in ["apply", "ingest", "segment"]:
            processes.run(self.tidegate(stage))

    def keep_contacts(self, whole):
        """The first rows with an address, each address once."""
        import csv

        seen = set()
        with open(whole, encoding="utf-8", newline="") as source, open(self.csv, "w", encoding="utf-8", newline="") as kept:
            reader = csv.DictReader(source)
            writer = csv.DictWriter(kept, reader.fieldnames)
            writer.writeheader()
            for row in reader:
                address = row["email"].lower()
                if address and address not in seen and len(seen) < CONTACTS:
                    seen.add(address)
                    writer.writerow(row)
        os.unlink(whole)

    def tidegate(self, *arguments):
        common = ["--jobs", os.path.join(self.folder, "jobs"), "--data", self.data]
        return [os.path.join(self.binaries, "tidegate"), *arguments, *common]

    def push(self, name, title):
        peer = os.path.join(os.path.dirname(__file__), "push_peer.py")
        return Contest(
            f"push-{name}", title,
            [
                Contestant(f"tidegate {name}", self.tidegate("run", "--ad-hoc", f"push-{name}", "--force")),
                Contestant(
                    f"Python requests with a journal, {name}",
                    [
                        self.python, peer, name, self.receiver.facts["url"], self.csv,
                        os.path.join(self.folder, "journal.sqlite"),
                    ],
                ),
                Contestant(
                    f"Python requests, {name}", [self.python, peer, name, self.receiver.facts["url"], self.csv]
                ),
            ],
        )

    # Transfers.

    def prepare_transfers(self):
        self.file = os.path.join(self.folder, "gibibyte.bin")
        if not os.path.exists(self.file) or os.path.getsize(self.file) != GIBIBYTE:
            with open(self.file, "wb") as file:
                for _ in range(GIBIBYTE >> 20):
                    file.write(os.urandom(1 << 20))
        servers = os.path.join(self.root, "scripts", "servers")
        self.s3 = Server([os.path.join(servers, "s3")])
        self.sshd = Server([os.path.join(servers, "sshd")])

    def transfers(self):
        measure = os.path.join(self.binaries, "Measure")
        s3, ssh = self.s3.facts, self.sshd.facts
        os.environ.update(
            AWS_ACCESS_KEY_ID=s3["accessKey"], AWS_SECRET_ACCESS_KEY=s3["secretKey"], AWS_DEFAULT_REGION=s3["region"],
            AWS_EC2_METADATA_DISABLED="true",
        )
        aws = os.path.join(os.path.dirname(self.python), "aws")
        batch = os.path.join(self.folder, "sftp.batch")
        with open(batch, "w", encoding="utf-8") as file:
            file.write(f"put {self.file} {ssh['root']}/peer.bin\n")
        sftp = [
            "sftp", "-q", "-b", batch, "-i", ssh["key"], "-P", ssh["port"], "-o", f"UserKnownHostsFile={ssh['knownHosts']}",
            "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", f"{ssh['user']}@{ssh['host']}",
        ]
        return [
            Contest(
                "s3", "1 GiB to an S3 server on loopback",
                [
                    Contestant("tidegate s3", [measure, "deliver-s3", self.file, s3["url"], s3["bucket"], s3["region"]]),
                    Contestant("aws s3 cp", [aws, "--endpoint-url", s3["url"], "s3", "cp", "--quiet", self.file, f"s3://{s3['bucket']}/peer.bin"]),
                ],
            ),
            Contest(
                "sftp", "1 GiB to OpenSSH on loopback",
                [
                    Contestant(
                        "tidegate sftp",
                        [
                            measure, "deliver-sftp", self.file, ssh["host"], ssh["port"], ssh["user"], ssh["root"],
                            ssh["hostKey"], ssh["key"],
                        ],
                    ),
                    Contestant("sftp", sftp),
                ],
            ),
        ]

    def stop(self):
        for name in ["receiver", "s3", "sshd"]:
            if hasattr(self, name):
                getattr(self, name).stop()

"""Pushes the contacts of a CSV with requests, as a script would: sendgrid or autopilot, address, file, and a journal.

Without a journal it only reads, encodes and sends. With one it does what Tidegate does besides: addresses are checked and
sent once each, lengths are checked, calls are cut by contacts and by encoded bytes, and SQLite knows of every call before
it is made and what became of it. Its contacts and calls are those of the dataflows in `deliveries.py`.
"""

import csv
import hashlib
import json
import re
import sqlite3
import sys

import requests

SENDGRID = {"email": "email", "first_name": "first_name", "last_name": "last_name", "city": "city", "country": "country"}
AUTOPILOT = {
    "email": "Email", "first_name": "FirstName", "last_name": "LastName", "city": "MailingCity",
    "country": "MailingCountry",
}
LONGEST = {"first_name": 50, "last_name": 50, "city": 60, "country": 50}
ADDRESS = re.compile(r"[^\s@]+@[^\s@.]+(\.[^\s@.]+)+")


def contacts(path, names):
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {name: row[column] for column, name in names.items() if row[column]}


def checked(path, names):
    seen = set()
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            address = row["email"].strip().lower()
            if len(address) > 254 or not ADDRESS.fullmatch(address) or address in seen:
                continue
            if any(len(row[column]) > longest for column, longest in LONGEST.items()):
                continue
            seen.add(address)
            contact = {name: row[column] for column, name in names.items() if row[column]}
            contact[names["email"]] = address
            yield json.dumps(contact, ensure_ascii=False, separators=(",", ":")).encode()


def batches(items, size):
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def bodies(items, size, most, head):
    """Whole bodies of at most so many contacts and so many bytes."""
    batch, count = [], len(head) + 2
    for item in items:
        if len(batch) == size or count + len(item) + 1 > most:
            yield head + b",".join(batch) + b"]}", len(batch)
            batch, count = [], len(head) + 2
        batch.append(item)
        count += len(item) + 1
    if batch:
        yield head + b",".join(batch) + b"]}", len(batch)


class Journal:
    def __init__(self, path):
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.execute("PRAGMA synchronous = FULL")
        self.database.execute("DROP TABLE IF EXISTS batch")
        self.database.execute(
            "CREATE TABLE batch (number INTEGER PRIMARY KEY, state TEXT, contacts INTEGER, digest TEXT, job TEXT) STRICT"
        )

    def plan(self, planned):
        self.database.execute("BEGIN")
        self.database.executemany("INSERT INTO batch VALUES (?, 'planned', ?, ?, NULL)", planned)
        self.database.execute("COMMIT")

    def settle_and_send(self, settled, sent):
        self.database.execute("BEGIN")
        if settled:
            self.database.execute("UPDATE batch SET state = ?, job = ? WHERE number = ?", settled)
        if sent is not None:
            self.database.execute("UPDATE batch SET state = 'sent' WHERE number = ?", (sent,))
        self.database.execute("COMMIT")


def journaled(path, whole, send):
    journal = Journal(path)
    journal.plan([(n, count, hashlib.sha256(body).hexdigest()) for n, (body, count) in enumerate(whole)])
    settled = None
    for number, (body, count) in enumerate(whole):
        journal.settle_and_send(settled, number)
        settled = (*send(body, count), number)
    journal.settle_and_send(settled, None)
    return journal


def sendgrid(session, url, path, journal):
    session.headers.update({"Authorization": "Bearer SG.benchmark", "Content-Type": "application/json"})

    def put(body, _):
        answer = session.put(f"{url}/v3/marketing/contacts", data=body)
        answer.raise_for_status()
        return "accepted", answer.json()["job_id"]

    if journal:
        whole = list(bodies(checked(path, SENDGRID), 30_000, 6_000_000, b'{"list_ids":["l1"],"contacts":['))
        jobs = [row[0] for row in journaled(journal, whole, put).database.execute("SELECT job FROM batch")]
    else:
        jobs = []
        for batch in batches(contacts(path, SENDGRID), 30_000):
            answer = session.put(f"{url}/v3/marketing/contacts", json={"list_ids": ["l1"], "contacts": batch})
            answer.raise_for_status()
            jobs.append(answer.json()["job_id"])
    for job in jobs:
        answer = session.get(f"{url}/v3/marketing/contacts/imports/{job}")
        assert answer.json()["status"] == "completed"


def autopilot(session, url, path, journal):
    session.headers.update({"autopilotapikey": "0" * 32, "Content-Type": "application/json"})

    def post(body, count):
        answer = session.post(f"{url}/v1/contacts", data=body)
        answer.raise_for_status()
        assert len(answer.json()["email_contact_map"]) == count
        return "confirmed", None

    if journal:
        journaled(journal, list(bodies(checked(path, AUTOPILOT), 100, 1 << 20, b'{"contacts":[')), post)
        return
    for batch in batches(contacts(path, AUTOPILOT), 100):
        answer = session.post(f"{url}/v1/contacts", json={"contacts": batch})
        answer.raise_for_status()
        assert len(answer.json()["email_contact_map"]) == len(batch)


kind, address, source = sys.argv[1:4]
{"sendgrid": sendgrid, "autopilot": autopilot}[kind](
    requests.Session(), address, source, sys.argv[4] if len(sys.argv) > 4 else None
)

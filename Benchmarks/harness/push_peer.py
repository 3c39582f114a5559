"""Pushes the contacts of a CSV with requests, as a script would: sendgrid or autopilot, address, file.

Started by the Python of the benchmark's own venv; its contacts and calls are those of the dataflows in `deliveries.py`.
"""

import csv
import sys

import requests

SENDGRID = {"email": "email", "first_name": "first_name", "last_name": "last_name", "city": "city", "country": "country"}
AUTOPILOT = {
    "email": "Email", "first_name": "FirstName", "last_name": "LastName", "city": "MailingCity",
    "country": "MailingCountry",
}


def contacts(path, names):
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {name: row[column] for column, name in names.items() if row[column]}


def batches(items, size):
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def sendgrid(session, url, path):
    session.headers["Authorization"] = "Bearer SG.benchmark"
    jobs = []
    for batch in batches(contacts(path, SENDGRID), 30_000):
        answer = session.put(f"{url}/v3/marketing/contacts", json={"list_ids": ["l1"], "contacts": batch})
        answer.raise_for_status()
        jobs.append(answer.json()["job_id"])
    for job in jobs:
        answer = session.get(f"{url}/v3/marketing/contacts/imports/{job}")
        assert answer.json()["status"] == "completed"


def autopilot(session, url, path):
    session.headers["autopilotapikey"] = "0" * 32
    for batch in batches(contacts(path, AUTOPILOT), 100):
        answer = session.post(f"{url}/v1/contacts", json={"contacts": batch})
        answer.raise_for_status()
        assert len(answer.json()["email_contact_map"]) == len(batch)


{"sendgrid": sendgrid, "autopilot": autopilot}[sys.argv[1]](requests.Session(), *sys.argv[2:4])

"""Two receivers on loopback that take everything and answer at once, so that only the senders are measured.

Prints its address as a line of JSON and ends when its standard input does.
"""

import json
import os
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

EMAIL = re.compile(rb'"Email":"([^"]+)"')
SCOPES = ["marketing.read", "marketing.automation.read", "mail.send"]
FIELDS = {
    "custom_fields": [],
    "reserved_fields": [
        {"id": f"_rf{number}_T", "name": name, "field_type": "Text"}
        for number, name in enumerate(["first_name", "last_name", "email", "city", "country", "postal_code"])
    ],
}


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    jobs = 0
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self):
        path = self.path.split("?")[0].replace("/v1/", "/")
        if path == "/v3/scopes":
            return self.reply(200, {"scopes": SCOPES})
        if path.startswith("/v3/marketing/lists/"):
            return self.reply(200, {"id": path.split("/")[4], "name": "everybody", "contact_count": 0})
        if path == "/v3/marketing/field_definitions":
            return self.reply(200, FIELDS)
        if path == "/v3/marketing/contacts/count":
            return self.reply(200, {"contact_count": 0, "billable_count": 0})
        if path.startswith("/v3/marketing/contacts/imports/"):
            return self.reply(200, {"id": path.split("/")[5], "status": "completed", "results": {}})
        if path == "/lists":
            return self.reply(200, {"lists": []})
        return self.reply(200, {})

    def do_PUT(self):
        self.body()
        Receiver.jobs += 1
        self.reply(202, {"job_id": f"job-{Receiver.jobs}"})

    def do_POST(self):
        body = self.body()
        people = {email.decode(): f"person_{number}" for number, email in enumerate(EMAIL.findall(body.replace(b'": "', b'":"')))}
        self.reply(200, {"contact_ids": list(people.values()), "email_contact_map": people})

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def reply(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_):
        pass


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"url": f"http://127.0.0.1:{server.server_address[1]}"}), flush=True)
    sys.stdin.read()
    os._exit(0)


main()

"""HTTP receivers for tests: they behave as a vendor does, and misbehave when they are told to.

A server script makes a subclass of `Receiver` and calls `serve` with it. Whatever is below `/room-<name>/` belongs to a
receiver of its own, so that many tests share one process; what is below no room belongs to one without a name. Below
`/_control/` of a room:

    GET  state     {"requests": [...], "stored": {...}, "problems": [...], "faults": how many are left}
    GET  await     the same, once as many requests have come as `?requests=n` says, or 30 seconds are over
    POST faults    one fault or a list of them, each for the next request that matches:
                   {"match": "PUT /v3/marketing/contacts", "skip": 0, "times": 1, "kind": "status", "status": 429,
                    "headers": {"Retry-After": "7"}, "body": {"errors": []}}
    POST settings  an object, for the receiver's own `settings`
    POST reset     forgets everything

`match` is a method and a path, both with the wildcards of `fnmatch`; a query is no part of it. Kinds: `status` answers
without doing anything, `drop` closes the connection without doing anything, `stall` never answers, `trickle` answers byte by
byte and never comes to an end; with `commit-then-` in front they come after the request was carried out.
"""

import fnmatch
import json
import os
import select
import signal
import socket
import socketserver
import sys
import threading
import urllib.parse
from http import HTTPStatus


class Request:
    """`path` without room and query; `headers` by lower-case name; `counts` is what the receiver tells about it in `state`."""

    __slots__ = ("method", "path", "query", "target", "headers", "body", "counts", "status")

    def __init__(self, method, target, headers, body):
        self.method, self.target, self.headers, self.body = method, target, headers, body
        path, _, query = target.partition("?")
        self.path = urllib.parse.unquote(path)
        self.query = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        self.counts, self.status = {}, None

    def json(self):
        """The body's value; raises ValueError where it is none."""
        return json.loads(self.body.decode("utf-8"))

    def described(self):
        return {
            "method": self.method, "path": self.path, "target": self.target, "headers": sorted(self.headers),
            "size": len(self.body), "status": self.status, "counts": self.counts,
        }


class Reply:
    """`body`: bytes and text are sent as they are, None is nothing, anything else goes as JSON."""

    __slots__ = ("status", "body", "headers")

    def __init__(self, status, body=None, headers=None):
        self.status, self.body, self.headers = status, body, dict(headers or {})

    def encoded(self, is_head):
        body, kind = self.body, None
        if body is None:
            body = b""
        elif isinstance(body, str):
            body = body.encode("utf-8")
        elif not isinstance(body, bytes):
            body, kind = json.dumps(body).encode("utf-8"), "application/json"
        try:
            phrase = HTTPStatus(self.status).phrase
        except ValueError:
            phrase = "Other"
        lines = [f"HTTP/1.1 {self.status} {phrase}", f"Content-Length: {len(body)}"]
        if kind and not any(name.lower() == "content-type" for name in self.headers):
            lines.append(f"Content-Type: {kind}")
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        return head if is_head else head + body


class Receiver:
    """One room: override `begin`, `answer`, `stored` and `settings`. All four are called by one thread at a time."""

    def __init__(self):
        self.changed = threading.Condition(threading.RLock())
        self.reset()

    def begin(self):
        """Sets up everything that is held, as it is before the first request."""

    def answer(self, request):
        """Carries out a request and returns a Reply."""
        raise NotImplementedError

    def stored(self):
        """What is held, for `state`."""
        return {}

    def settings(self, values):
        """Changes how the receiver behaves."""

    def problem(self, text):
        """Notes that a request was not as the vendor demands. Never with a contact's data."""
        self.problems.append(text)

    # Below: the machinery.

    def reset(self):
        with self.changed:
            self.requests, self.faults, self.problems = [], [], []
            self.generation = getattr(self, "generation", 0) + 1
            self.begin()
            self.changed.notify_all()

    def state(self):
        with self.changed:
            return {
                "requests": [request.described() for request in self.requests], "stored": self.stored(),
                "problems": self.problems, "faults": len(self.faults),
            }

    def arrive(self, request):
        """Notes the request and returns its fault or None."""
        with self.changed:
            self.requests.append(request)
            self.changed.notify_all()
            text = f"{request.method} {request.path}"
            for fault in self.faults:
                if not fnmatch.fnmatchcase(text, fault.get("match", "*")):
                    continue
                if fault.get("skip", 0) > 0:
                    fault["skip"] -= 1
                    continue
                fault["times"] = fault.get("times", 1) - 1
                if fault["times"] <= 0:
                    self.faults.remove(fault)
                return dict(fault)
        return None

    def carry_out(self, request):
        with self.changed:
            try:
                return self.answer(request)
            except Exception as error:  # A receiver that breaks is a defect of the test, and must be seen as one.
                self.problem(f"the receiver itself failed: {type(error).__name__}")
                return Reply(500, {"receiver": "failed"})

    def control(self, request, action):
        if action == "state":
            return Reply(200, self.state())
        if action == "await":
            wanted = int(request.query.get("requests", "1"))
            with self.changed:
                self.changed.wait_for(lambda: len(self.requests) >= wanted, timeout=30)
                return Reply(200, self.state())
        if request.method != "POST":
            return Reply(404, {"control": "no such thing"})
        if action == "reset":
            self.reset()
            return Reply(200, {})
        values = request.json()
        with self.changed:
            if action == "faults":
                self.faults += values if isinstance(values, list) else [values]
            elif action == "settings":
                self.settings(values)
            else:
                return Reply(404, {"control": "no such thing"})
        return Reply(200, {})


class _Conversation(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    rbufsize = 1 << 16

    def handle(self):
        try:
            while self._one():
                pass
        except (ConnectionError, ValueError):
            pass

    def _one(self):
        request = self._read()
        if request is None:
            return False
        room, action = self.server.locate(request)
        if action is not None:
            return self._say(request, room.control(request, action))
        fault = room.arrive(request)
        kind = fault["kind"] if fault else ""
        reply = None
        if not fault or kind.startswith("commit-then-"):
            reply = room.carry_out(request)
        kind = kind.removeprefix("commit-then-")
        if kind == "drop":
            # libcurl sends again by itself where a used connection ends without a single line; a line prevents that.
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            return False
        if kind == "stall":
            return self._stall(room)
        if kind == "trickle":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            return self._stall(room, b" ")
        if kind:
            reply = Reply(fault.get("status", 500), fault.get("body"), fault.get("headers"))
        request.status = reply.status
        return self._say(request, reply)

    def _read(self):
        line = self.rfile.readline(1 << 16)
        if not line.strip():
            return None
        method, target, _ = line.decode("latin-1").split(" ", 2)
        headers = {}
        while True:
            line = self.rfile.readline(1 << 16)
            if line in (b"\r\n", b"\n", b""):
                break
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        if headers.get("expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body = self._chunks()
        else:
            body = self.rfile.read(int(headers.get("content-length", "0")))
        return Request(method, target, headers, body)

    def _chunks(self):
        parts = []
        while True:
            size = int(self.rfile.readline(1 << 10).split(b";")[0], 16)
            part = self.rfile.read(size)
            self.rfile.readline(1 << 10)
            if size == 0:
                return b"".join(parts)
            parts.append(part)

    def _say(self, request, reply):
        self.wfile.write(reply.encoded(request.method == "HEAD"))
        return request.headers.get("connection", "").lower() != "close"

    def _stall(self, room, said=b""):
        generation = room.generation
        while room.generation == generation:
            if select.select([self.connection], [], [], 0.1)[0]:
                # Whatever came: the client has given up, or says something that nobody waits for.
                break
            if said:
                self.wfile.write(said)
        return False


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, make):
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.make, self.rooms, self.lock = make, {}, threading.Lock()

    def locate(self, request):
        """The request's room, and what it asks of the control API or None; takes the room off the path."""
        name = ""
        if request.path.startswith("/room-"):
            name, _, rest = request.path[1:].partition("/")
            request.path = "/" + rest
        with self.lock:
            if name not in self.rooms:
                self.rooms[name] = self.make()
            room = self.rooms[name]
        if request.path.startswith("/_control/"):
            return room, request.path[len("/_control/"):]
        return room, None

    def handle_error(self, request, address):
        pass


def serve(make, **facts):
    """Serves rooms made by `make` until standard input ends or SIGTERM comes; prints `{"url": …}` and `facts` first."""
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    server = _Server(make)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host, port = server.server_address
    print(json.dumps({"url": f"http://{host}:{port}", **facts}), flush=True)
    while sys.stdin.buffer.read(1 << 10):
        pass
    os._exit(0)

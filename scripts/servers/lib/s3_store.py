"""moto's S3, with what real stores check in front of it, a back door beside it and faults on demand.

moto compares no digests, and what it makes of the signatures of keys with `+`, `=` or letters beyond ASCII is wrong. So
signatures are checked here, by botocore's own signer over the path as it was sent.

Back door, of no store: everything below /_tidegate/.
    PUT  bucket/B[?plain=1]  makes a bucket; a plain one knows no checksums, as older stores do
    GET  keys/B              the keys
    GET  object/B?key=K      the bytes of an object
    PUT  object/B?key=K[&modified=S]  writes one, S seconds after 1970
    PUT  removal/B?key=K     removes one
    GET  facts/B?key=K       how it was stored
    GET  uploads/B           unfinished uploads: key, id, numbers of parts
    PUT  upload/B?key=K      begins an upload that nobody will finish
    GET  requests/B          what was asked, in order
    PUT  faults/B            [{"op", "skip", "times", "do": answer|late-error|drop-early|drop|drop-after|hold|damage|lie, "status", "code", "headers"}]
    GET  held/B              how many requests are held, with all of their bytes here
    PUT  release/B           lets go of them
"""

import base64
import datetime
import hashlib
import io
import json
import os
import signal
import socket
import sys
import threading
import urllib.parse

os.environ["S3_UPLOAD_PART_MIN_SIZE"] = str(64 << 10)
os.environ["MOTO_S3_DEFAULT_KEY_BUFFER_SIZE"] = str(16 << 20)

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

REGION = "eu-central-1"
KEYS = {
    "AKIATIDEGATETEST0001": ("wJalrXUtnFEMI/K7MDENG+bPxRfiCYTIDEGATE00", None),
    "ASIATIDEGATETEST0002": ("k7Xy/2bQm9Zt+LrV4nEoH8sPuWcJfDgA1iTqS6Kz", "temporary/token+with=signs=="),
}
OPERATIONS = {
    ("PUT", "partNumber"): "UploadPart", ("POST", "uploads"): "CreateMultipartUpload",
    ("POST", "uploadId"): "CompleteMultipartUpload", ("DELETE", "uploadId"): "AbortMultipartUpload",
    ("GET", "uploads"): "ListMultipartUploads", ("GET", "uploadId"): "ListParts", ("GET", "list-type"): "ListObjectsV2",
    ("PUT", ""): "PutObject", ("GET", ""): "GetObject", ("HEAD", ""): "HeadObject", ("DELETE", ""): "DeleteObject",
}
LOGGED = ["x-amz-acl", "x-amz-date", "x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id",
          "x-amz-checksum-sha256", "x-amz-checksum-algorithm", "x-amz-content-sha256", "content-type", "expect", "host"]


def error(status, code, extra=""):
    body = f"<?xml version=\"1.0\"?>\n<Error><Code>{code}</Code><Message>of {list(KEYS)[0]}</Message>{extra}</Error>"
    return status, [("Content-Type", "application/xml")], body.encode()


class Bucket:
    def __init__(self, is_plain=False):
        self.is_plain = is_plain
        self.requests, self.faults, self.checksums = [], [], {}
        self.released, self.held = threading.Event(), 0


class Request:
    def __init__(self, environ):
        self.method = environ["REQUEST_METHOD"]
        self.target = environ["REQUEST_URI"]
        raw, _, self.raw_query = self.target.partition("?")
        self.host = environ["HTTP_HOST"]
        name = self.host.rpartition(":")[0]
        path = urllib.parse.unquote(raw)
        if name.endswith(".localhost"):
            path = "/" + name.removesuffix(".localhost") + path
            environ["PATH_INFO"] = path.encode().decode("latin-1")
            environ["REQUEST_URI"] = environ["RAW_URI"] = "/" + name.removesuffix(".localhost") + self.target
            environ["HTTP_HOST"] = self.host.removeprefix(name.removesuffix("localhost"))
        self.bucket, _, self.key = path.removeprefix("/").partition("/")
        self.query = dict(urllib.parse.parse_qsl(self.raw_query, keep_blank_values=True))
        self.headers = {k[5:].replace("_", "-").lower(): v for k, v in environ.items() if k.startswith("HTTP_")}
        self.headers["host"] = self.host
        if environ.get("CONTENT_TYPE"):
            self.headers["content-type"] = environ["CONTENT_TYPE"]
        mark = next((n for n in ("partNumber", "uploads", "uploadId", "list-type") if n in self.query), "")
        self.operation = OPERATIONS.get((self.method, mark), "Other")
        if self.operation == "PutObject" and "x-amz-copy-source" in self.headers:
            self.operation = "CopyObject"

    def refusal(self):
        """What a store answers to a request that is not signed right, or nothing."""
        try:
            scheme, _, rest = self.headers["authorization"].partition(" ")
            parts = dict(part.strip().split("=", 1) for part in rest.split(","))
            access_key, day, region, service, _ = parts["Credential"].split("/")
            names = parts["SignedHeaders"].split(";")
        except (KeyError, ValueError):
            return error(403, "AccessDenied")
        if access_key not in KEYS:
            return error(403, "InvalidAccessKeyId")
        if region != REGION:
            return error(400, "AuthorizationHeaderMalformed", f"<Region>{REGION}</Region>")
        secret, token = KEYS[access_key]
        if token != self.headers.get("x-amz-security-token"):
            return error(400, "InvalidToken")
        must = [n for n in self.headers if n == "host" or n.startswith("x-amz-")]
        signed = AWSRequest(self.method, f"http://{self.host}{self.target}", {n: self.headers[n] for n in names})
        signed.context["timestamp"] = self.headers.get("x-amz-date", "")
        signer = S3SigV4Auth(Credentials(access_key, secret), service, region)
        text = signer.string_to_sign(signed, signer.canonical_request(signed))
        if not set(must) <= set(names) or signer.signature(text, signed) != parts["Signature"]:
            return error(403, "SignatureDoesNotMatch")
        return None

    def damage(self, body, is_plain):
        digest = hashlib.sha256(body)
        if self.headers.get("x-amz-content-sha256") not in (digest.hexdigest(), "UNSIGNED-PAYLOAD"):
            return error(400, "XAmzContentSHA256Mismatch")
        given = self.headers.get("x-amz-checksum-sha256", "")
        if given and not is_plain and self.operation in ("PutObject", "UploadPart"):
            if base64.b64encode(digest.digest()).decode() != given:
                return error(400, "BadDigest")
        return None


class Store:
    def __init__(self):
        self.moto = DomainDispatcherApplication(create_backend_app)
        self.backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
        self.buckets = {}
        self.lock = threading.Lock()

    def make(self, name, is_plain=False):
        self.backend.create_bucket(name, REGION)
        self.buckets[name] = Bucket(is_plain)

    def __call__(self, environ, start_response):
        read = lambda: environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if environ["REQUEST_URI"].startswith("/_tidegate/"):
            status, headers, answer = self.back_door(environ, read())
        else:
            result = self.answer(Request(environ), environ, read)
            if result is None:
                environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
                raise ConnectionResetError
            status, headers, answer = result
        length = [] if any(name.lower() == "content-length" for name, _ in headers) else [("Content-Length", str(len(answer)))]
        start_response(f"{status} -", headers + length)
        return [answer] if environ["REQUEST_METHOD"] != "HEAD" else []

    def answer(self, request, environ, read):
        bucket = self.buckets.get(request.bucket, Bucket())
        entry = {"op": request.operation, "key": request.key, "part": request.query.get("partNumber", ""), **{n: request.headers[n] for n in LOGGED if n in request.headers}}
        with self.lock:
            bucket.requests.append(entry)
            fault = self.due(bucket, request)
        if fault.get("do") == "drop-early":
            return None
        body = read()
        if fault.get("do") == "answer":
            status, headers, answer = error(fault["status"], fault.get("code", ""))
            return status, headers + list(fault.get("headers", {}).items()), answer
        if fault.get("do") == "drop":
            return None
        if fault.get("do") == "hold":
            with self.lock:
                bucket.held += 1
            bucket.released.wait()
        if fault.get("do") == "damage":
            body = bytes([body[0] ^ 1]) + body[1:]
        if refusal := request.refusal():
            return refusal
        if fault.get("do") == "late-error":
            return error(200, fault["code"])
        if fault.get("do") != "damage" or not bucket.is_plain:
            if damage := request.damage(body, bucket.is_plain):
                return damage
        answer = self.stored(request, bucket, environ, body)
        if fault.get("do") == "lie":
            status, headers, text = answer
            start, _, rest = text.partition(b"<ChecksumSHA256>")
            lie = base64.b64encode(bytes(32))
            headers = [(n, lie.decode() if n.lower() == "x-amz-checksum-sha256" else v) for n, v in headers]
            answer = status, headers, start + b"<ChecksumSHA256>" + lie + b"<" + rest.partition(b"<")[2] if rest else text
        return None if fault.get("do") == "drop-after" else answer

    def due(self, bucket, request):
        for fault in bucket.faults:
            if fault["op"] not in (request.operation, "*"):
                continue
            if fault.get("skip", 0) > 0:
                fault["skip"] -= 1
                continue
            if fault.get("times", 1) > 0:
                fault["times"] = fault.get("times", 1) - 1
                return fault
        return {}

    def stored(self, request, bucket, environ, body):
        upload = request.query.get("uploadId")
        # moto answers some of these with a trace of Python.
        if upload and request.bucket in self.buckets and upload not in self.backend.get_bucket(request.bucket).multiparts:
            return error(404, "NoSuchUpload")
        checksums = bucket.checksums.get(upload)
        composite = None
        if request.operation == "CompleteMultipartUpload" and checksums:
            given = [part.partition("<")[0] for part in body.decode().split("<ChecksumSHA256>")[1:]]
            if given != [checksums[n] for n in sorted(checksums)][:len(given)] or not given:
                return error(400, "InvalidRequest" if not given else "InvalidPart")
            digests = b"".join(base64.b64decode(text) for text in given)
            composite = base64.b64encode(hashlib.sha256(digests).digest()).decode() + f"-{len(given)}"
        if request.operation == "CopyObject" and "x-amz-copy-source-if-match" in request.headers:
            # moto copies whatever is there.
            source, _, key = urllib.parse.unquote(request.headers["x-amz-copy-source"]).removeprefix("/").partition("/")
            found = self.backend.get_object(source, key)
            if found and found.etag != request.headers["x-amz-copy-source-if-match"]:
                return error(412, "PreconditionFailed")
        environ["wsgi.input"] = io.BytesIO(body)
        parts, status, headers = run_wsgi_app(self.moto, environ)
        status, headers, answer = int(status.split()[0]), list(headers), b"".join(parts)
        if status >= 300 or bucket.is_plain:
            return status, [h for h in headers if not h[0].lower().startswith("x-amz-checksum")], answer
        checksum = request.headers.get("x-amz-checksum-sha256")
        if request.operation in ("PutObject", "UploadPart") and checksum:
            headers.append(("x-amz-checksum-sha256", checksum))
            if checksums is not None:
                checksums[int(request.query["partNumber"])] = checksum
        if request.operation == "CreateMultipartUpload" and "x-amz-checksum-algorithm" in request.headers:
            headers.append(("x-amz-checksum-algorithm", request.headers["x-amz-checksum-algorithm"]))
            bucket.checksums[answer.decode().partition("<UploadId>")[2].partition("<")[0]] = {}
        if composite:
            answer = answer.replace(b"</ETag>", f"</ETag><ChecksumSHA256>{composite}</ChecksumSHA256>".encode())
            headers = [h for h in headers if h[0].lower() != "content-length"]
        return status, headers, answer

    def back_door(self, environ, body):
        path, _, query = environ["REQUEST_URI"].partition("?")
        what, name = path.removeprefix("/_tidegate/").split("/")
        query = dict(urllib.parse.parse_qsl(query))
        key, is_put = query.get("key", ""), environ["REQUEST_METHOD"] == "PUT"
        if what == "bucket":
            self.make(name, "plain" in query)
            return 200, [], b""
        held, objects = self.buckets[name], self.backend.get_bucket(name)
        if what == "object" and is_put:
            stored = self.backend.put_object(name, key, body)
            if "modified" in query:
                moment = datetime.datetime.fromtimestamp(int(query["modified"]), datetime.timezone.utc)
                stored.last_modified = moment.replace(tzinfo=None)
        elif what == "removal":
            self.backend.delete_object(name, key)
        elif what == "object":
            found = self.backend.get_object(name, key)
            return (200, [], found.value) if found else (404, [], b"")
        elif what == "facts":
            found = self.backend.get_object(name, key)
            facts = {"encryption": found.encryption or "", "kmsKey": found.kms_key_id or "", "etag": found.etag}
            grants = [(str(g.grantees[0].uri or g.grantees[0].id), g.permissions) for g in found.acl.grants]
            return 200, [], json.dumps({**facts, "grants": str(grants)}).encode()
        elif what == "faults":
            held.faults = json.loads(body)
        elif what == "held":
            return 200, [], str(held.held).encode()
        elif what == "release":
            held.released.set()
        elif what == "upload":
            self.backend.create_multipart_upload(name, key, {}, "STANDARD", {}, None, None, None)
        elif what == "keys":
            return 200, [], json.dumps(sorted(objects.keys.keys())).encode()
        elif what == "uploads":
            found = [{"key": u.key_name, "id": i, "parts": sorted(u.parts)} for i, u in objects.multiparts.items()]
            return 200, [], json.dumps(found).encode()
        elif what == "requests":
            return 200, [], json.dumps(held.requests).encode()
        return 200, [], b""


class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_):
        pass


def main():
    store = Store()
    store.make("tidegate-exports")
    server = make_server("127.0.0.1", 0, store, threaded=True, request_handler=Handler)
    server.daemon_threads = True
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    (long, (secret, _)), (short, (short_secret, token)) = KEYS.items()
    print(json.dumps({
        "url": f"http://127.0.0.1:{server.port}", "region": REGION, "bucket": "tidegate-exports", "accessKey": long,
        "secretKey": secret, "temporaryAccessKey": short, "temporarySecretKey": short_secret, "sessionToken": token,
    }), flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
    os._exit(0)


main()

"""What `scripts/clients/properties` runs."""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import openapi_spec_validator
import schemathesis
from schemathesis.checks import CHECKS

base, seed, examples = sys.argv[1:4]
token = os.environ["TIDEGATE_API_TOKEN"]
flows, ups = "/data/foundation/flowservice", "/data/core/ups"
adhoc = "/data/core/activation/disflowprovider/adhocrun"
second = "application/vnd.adobe.adhoc.activation+json; version=2"
checks = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]
complaints = []


def get(path):
    request = urllib.request.Request(base + path, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def configuration(known):
    """For every path that these parts are in, what stands for its variable part."""
    lines = ["[headers]", 'Authorization = "Bearer ${TIDEGATE_API_TOKEN}"']
    if known:
        lines.append(f'Accept = "{second}"')
    for part, parameter, value in known:
        # The text of a path parameter is the same whatever its type.
        lines += ["[[operations]]", f'include-path-regex = "{part}"', f'parameters = {{ "path.{parameter}" = {json.dumps(value)} }}']
    return "\n".join(lines) + "\n"


def make_up(document, known, phases):
    """Lets schemathesis call everything but the stream of changes, which has no end."""
    with tempfile.TemporaryDirectory() as folder:
        config, described = Path(folder, "schemathesis.toml"), Path(folder, "openapi.json")
        config.write_text(configuration(known))
        described.write_text(json.dumps(document))
        st = [str(Path(sys.executable).parent / "st"), "--config-file", str(config), "run", str(described)]
        options = [
            "--url", base, "--checks", ",".join(checks), "--exclude-path", "/events", "--phases", phases, "--seed", seed,
            "--max-examples", examples, "--max-redirects", "0", "--request-timeout", "30", "--suppress-health-check", "all",
            "--generation-database", "none", "--warnings", "off", "--no-color",
        ]
        if known:
            options += ["--include-path-regex", "{"]
        ended = subprocess.run(st + options, stdout=subprocess.PIPE, text=True, cwd=folder)
    print(ended.stdout, file=sys.stderr)
    if ended.returncode != 0:
        complaints.append("what schemathesis made up was not answered as described" + (", with known ids" if known else ""))


class Caller:
    """Makes calls one by one, and holds each answer against the description."""

    def __init__(self, document):
        self.schema = schemathesis.openapi.from_dict(document)
        self.checks = CHECKS.get_by_names(checks)

    def call(self, method, path, status, headers=None, **parts):
        if "body" in parts:
            parts["media_type"] = "application/json"
        headers = {"Authorization": f"Bearer {token}", **(headers or {})}
        case = self.schema[path][method].Case(headers=headers, **parts)
        answer = case.call(base_url=base, allow_redirects=False)
        if answer.status_code != status:
            complaints.append(f"{method} {path} was answered with {answer.status_code}: {answer.text[:300]}")
        try:
            case.validate_response(answer, checks=self.checks)
        except BaseException as problem:
            complaints.append(f"{method} {path}, {status}: {problem}")
        return answer


def call_known(caller, flow, segment):
    """What goes well needs ids that belong together, which nobody makes up."""
    one = {"path_parameters": {"id": flow["id"]}}
    job = {"activationInfo": {flow["id"]: [segment]}}
    order = caller.call("POST", adhoc, 200, {"Accept": second, "Idempotency-Key": "a"}, body=job).json()
    run = order["order"][0]["statusURL"].split("/")[-1]
    caller.call("POST", adhoc, 200, {"Accept": second, "Idempotency-Key": "a"}, body=job)
    other = {"activationInfo": {flow["id"]: [other_segment(segment)]}}
    caller.call("POST", adhoc, 422, {"Accept": second, "Idempotency-Key": "a"}, body=other)
    caller.call("POST", adhoc, 406, {"Accept": "text/html"}, body=job)
    caller.call("POST", adhoc, 400, body=job)
    patch = [{"op": "replace", "path": "/state", "value": "disabled"}]
    caller.call("PATCH", flows + "/flows/{id}", 412, {"If-Match": '"old"'}, body=patch, **one)
    changed = caller.call("PATCH", flows + "/flows/{id}", 200, {"If-Match": flow["etag"]}, body=patch, **one).json()
    patch[0]["value"] = "enabled"
    caller.call("PATCH", flows + "/flows/{id}", 200, {"If-Match": changed["etag"]}, body=patch, **one)
    caller.call("POST", ups + "/segment/jobs", 200, {"Idempotency-Key": "b"}, body=[{"segmentId": "*"}])
    caller.call("POST", ups + "/segment/jobs", 422, {"Idempotency-Key": "b"}, body=[{"segmentId": segment}])
    page = {"path_parameters": {"id": run + ".json"}}
    caller.call("GET", "/runs/{id}", 200, **page)
    etag = None
    while not etag:
        answer = caller.call("GET", flows + "/runs/{id}", 200, path_parameters={"id": run})
        if "completedAtUTC" in answer.json()["items"][0]["metrics"]["durationSummary"]:
            etag = answer.headers["etag"][0]
    caller.call("GET", flows + "/runs/{id}", 304, {"If-None-Match": etag}, path_parameters={"id": run})
    return run


def other_segment(segment):
    return next(known["id"] for known in get(ups + "/segment/definitions")["segments"] if known["id"] != segment)


def without(document, status):
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop(status, None)
    return document


document = get("/openapi.json")
if len(sys.argv) > 4:
    make_up(without(document, sys.argv[4]), [], "coverage")
else:
    for problem in openapi_spec_validator.OpenAPIV31SpecValidator(document).iter_errors():
        complaints.append(f"description is no OpenAPI: {problem.message}")
    flow = next(flow for flow in get(flows + "/flows")["items"] if flow["state"] == "enabled")
    value = flow["transformations"][0]["params"]["segmentSelectors"]["selectors"][0]["value"]
    run = call_known(Caller(document), flow, value["id"])
    make_up(document, [], "coverage,fuzzing")
    make_up(
        document,
        [
            ("/flows/", "id", flow["id"]), ("/runs/", "id", run), ("/segment/definitions/", "id", value["id"]),
            ("/segment/jobs/", "id", get(ups + "/segment/jobs")["children"][0]["id"]),
            ("/export/jobs/", "id", get(ups + "/export/jobs")["records"][0]["id"]),
            ("/config/schedules/", "id", get(ups + "/config/schedules")["children"][0]["id"]),
            ("/dataflows/", "name", flow["name"]), ("/segments/", "name", value["name"]),
        ],
        "coverage,fuzzing",
    )
print(json.dumps(complaints))

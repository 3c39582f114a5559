"""Holds requests against OpenAPI 3.1 descriptions.

Needs the `jsonschema` package; `reexecute` gives the calling script a Python that has it, from a virtual environment that
is made once below `.build/servers`.
"""

import fcntl
import json
import os
import re
import subprocess
import sys
import urllib.parse

PINNED = "jsonschema==4.26.0"
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))


def reexecute():
    """Returns where `jsonschema` is at hand; else starts the script again in its virtual environment."""
    home = os.path.join(ROOT, ".build", "servers", PINNED.replace("==", "-"))
    python = os.path.join(home, "bin", "python3")
    if os.path.realpath(sys.prefix) == os.path.realpath(home):
        return
    os.makedirs(os.path.dirname(home), exist_ok=True)
    with open(home + ".lock", "w") as lock:
        # Two test processes may come first at once.
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready = os.path.join(home, "ready")
        if not os.path.exists(ready):
            subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True, stdout=sys.stderr)
            subprocess.run(
                [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PINNED],
                check=True, stdout=sys.stderr, stdin=subprocess.DEVNULL,
            )
            open(ready, "w").close()
    os.execv(python, [python, "-B", *sys.argv])


class Descriptions:
    """`problems` names what is wrong by place and rule only: values may be a contact's."""

    def __init__(self, files, ignored=()):
        from referencing import Registry, Resource
        from referencing.jsonschema import DRAFT202012

        self.ignored, self.operations, self.validators = set(ignored), [], {}
        resources = []
        for number, file in enumerate(files):
            with open(file, encoding="utf-8") as text:
                document = json.load(text)
            name = f"urn:description:{number}"
            resources.append((name, Resource(contents=document, specification=DRAFT202012)))
            for path, item in document["paths"].items():
                pattern = re.compile("/".join(
                    "[^/]+" if part.startswith("{") else re.escape(part) for part in path.split("/")))
                for method, operation in item.items():
                    if method in ("get", "put", "post", "patch", "delete"):
                        shared = item.get("parameters", [])
                        self.operations.append((method.upper(), path, pattern, operation, shared, name))
        self.registry = Registry().with_resources(resources)

    def problems(self, request):
        if request.path in self.ignored:
            return []
        found = [o for o in self.operations if o[0] == request.method and o[2].fullmatch(request.path)]
        if not found:
            return [f"{request.method} {request.path} is not described"]
        # `contacts/count` is described as such and as a contact's id.
        _, path, pattern, operation, shared, name = min(found, key=lambda o: o[1].count("{"))
        place = f"{request.method} {path}"
        return [f"{place}: {text}" for text in [
            *self._parameters(request, path, operation, shared, name),
            *self._body(request, path, operation, name),
        ]]

    def _parameters(self, request, path, operation, shared, name):
        described = [p for p in [*shared, *operation.get("parameters", [])] if "$ref" not in p]
        parts = dict(zip(path.split("/"), request.path.split("/")))
        for parameter in described:
            title, schema = parameter["name"], parameter.get("schema", {})
            if parameter["in"] == "path":
                value = parts.get("{" + title + "}")
            elif parameter["in"] == "query":
                value = request.query.get(title)
            else:
                continue
            if value is None:
                if parameter.get("required"):
                    yield f"parameter {title} is missing"
                continue
            if schema.get("type") in (None, "string"):
                yield from (f"parameter {title} violates {rule}" for _, rule in self._errors(value, schema, name))
        known = {p["name"] for p in described if p["in"] == "query"}
        yield from (f"parameter {title} is not described" for title in request.query if title not in known)

    def _body(self, request, path, operation, name):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is None:
            if request.body:
                yield "a body is not described"
            return
        if request.headers.get("content-type", "").split(";")[0] != "application/json":
            yield "the content type is not JSON"
        try:
            value = request.json()
        except ValueError:
            yield "the body is not JSON"
            return
        for place, rule in self._errors(value, content["schema"], name):
            yield f"{place} violates {rule}"

    def _errors(self, value, schema, name):
        from jsonschema import Draft202012Validator, FormatChecker

        if id(schema) not in self.validators:
            self.validators[id(schema)] = Draft202012Validator(
                {"$id": name + ":" + str(id(schema)), **self._absolute(schema, name)}, registry=self.registry,
                format_checker=FormatChecker(["uuid"]),
            )
        for error in self.validators[id(schema)].iter_errors(value):
            yield "/".join("*" if isinstance(p, int) else str(p) for p in error.absolute_path) or "it", error.validator

    def _absolute(self, schema, name):
        """The schema with its references led to the document that it was taken out of."""
        if isinstance(schema, dict):
            return {
                key: name + value if key == "$ref" else self._absolute(value, name) for key, value in schema.items()
            }
        return [self._absolute(item, name) for item in schema] if isinstance(schema, list) else schema

"""The published schemas, made strict: in a test a member that no schema names
is an error, while readers of today may meet members of tomorrow.
"""
import json
import pathlib

import jsonschema

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "schema"


def _strict(node):
    if isinstance(node, dict):
        if "properties" in node:
            node.setdefault("additionalProperties", False)
        for value in node.values():
            _strict(value)
    elif isinstance(node, list):
        for value in node:
            _strict(value)
    return node


def _load():
    docs = {}
    for path in sorted(FOLDER.glob("*.json")):
        doc = json.loads(path.read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(doc)
        docs[path.name] = _strict(doc)
    return docs


DOCS = _load()


def fault(name, instance):
    """Why it does not fit the schema, with its place; '' when it does."""
    base = "file:///schema/"
    resolver = jsonschema.RefResolver(
        base + name, DOCS[name], {base + n: d for n, d in DOCS.items()})
    check = jsonschema.Draft202012Validator(DOCS[name], resolver=resolver)
    error = next(check.iter_errors(instance), None)
    if error is None:
        return ""
    place = "/".join(str(x) for x in error.absolute_path)
    return f"{name}: {place}: {error.message[:300]}"

"""Cedar values as tuples, written both as policy text and as the JSON that cedarpy reads."""

import json


def literal(text):
    """A Cedar string literal."""
    out = []
    for char in text:
        code = ord(char)
        if char in '"\\':
            out.append("\\" + char)
        elif code < 0x20 or code == 0x7F:
            out.append("\\u{%x}" % code)
        else:
            out.append(char)
    return '"' + "".join(out) + '"'


def uid(entity):
    kind, name = entity
    return f"{kind}::{literal(name)}"


def text(value):
    """A value as policy text."""
    kind, content = value
    if kind == "bool":
        return "true" if content else "false"
    if kind == "long":
        return str(content) if content >= 0 else f"({content})"
    if kind == "string":
        return literal(content)
    if kind == "entity":
        return uid(content)
    if kind == "set":
        return "[" + ", ".join(map(text, content)) + "]"
    if kind == "record":
        return "{" + ", ".join(f"{literal(name)}: {text(part)}" for name, part in content.items()) + "}"
    return f"{kind}({literal(content)})"


def as_json(value):
    """A value as cedarpy's entity JSON."""
    kind, content = value
    if kind in ("bool", "long", "string"):
        return content
    if kind == "entity":
        return {"__entity": {"type": content[0], "id": content[1]}}
    if kind == "set":
        return [as_json(part) for part in content]
    if kind == "record":
        return {name: as_json(part) for name, part in content.items()}
    return {"__extn": {"fn": kind, "arg": content}}


def entities_json(entities):
    return json.dumps(
        [
            {
                "uid": {"type": entity["uid"][0], "id": entity["uid"][1]},
                "attrs": {name: as_json(value) for name, value in entity["attrs"].items()},
                "parents": [{"type": kind, "id": name} for kind, name in entity["parents"]],
                "tags": {name: as_json(value) for name, value in entity["tags"].items()},
            }
            for entity in entities
        ]
    )

"""Types of columns: as Glue's catalog spells them, as Iceberg's metadata does, and as DuckDB does.

Between the three they are Iceberg's own form: a name ("long", "decimal(9,2)"), or a dict for a list, a map or a struct.
"""

import json
import re

_ICEBERG = {"string": "string", "char": "string", "varchar": "string", "int": "int", "integer": "int", "smallint": "int",
            "tinyint": "int", "bigint": "long", "double": "double", "float": "float", "real": "float", "boolean": "boolean",
            "date": "date", "timestamp": "timestamp", "binary": "binary"}
_GLUE = {"long": "bigint", "timestamptz": "timestamp", "uuid": "string", "time": "string"}
_DUCKDB = {"string": "VARCHAR", "int": "INTEGER", "long": "BIGINT", "float": "REAL", "double": "DOUBLE", "boolean": "BOOLEAN",
           "date": "DATE", "timestamp": "TIMESTAMP", "timestamptz": "TIMESTAMPTZ", "binary": "BLOB", "uuid": "UUID", "time": "TIME"}
_SMALL = {"smallint": "SMALLINT", "tinyint": "TINYINT"}


class TypeProblem(ValueError):
    pass


# --- Reading ---

def from_glue(text: str) -> str | dict:
    kind, rest = _read(text.strip().lower())
    if rest:
        raise TypeProblem(f"Type {text} is not understood at '{rest}'")
    return kind


def _read(text: str):
    """A type at the start of a text, and what follows it."""
    text = text.lstrip()
    if text.startswith("array<"):
        element, rest = _read(text[6:])
        return {"type": "list", "element-id": 0, "element": element, "element-required": False}, _after(rest, ">")
    if text.startswith("map<"):
        key, rest = _read(text[4:])
        value, rest = _read(_after(rest, ","))
        return {"type": "map", "key-id": 0, "key": key, "value-id": 0, "value": value, "value-required": False}, _after(rest, ">")
    if text.startswith("struct<"):
        fields, rest = [], text[7:]
        while True:
            name, _, rest = rest.partition(":")
            kind, rest = _read(rest)
            fields.append({"id": 0, "name": name.strip().strip('`"'), "required": False, "type": kind})
            if not rest.startswith(","):
                return {"type": "struct", "fields": fields}, _after(rest, ">")
            rest = rest[1:]
    found = re.match(r"decimal(?:\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?", text)
    if found:
        return f"decimal({found[1] or 10},{found[2] or 0})", text[found.end():].lstrip()
    found = re.match(r"(\w+)(?:\(\d+\))?", text)
    if not found or found[1] not in _ICEBERG:
        raise TypeProblem(f"Type {text} is not supported")
    return _ICEBERG[found[1]], text[found.end():].lstrip()


def _after(text: str, sign: str) -> str:
    if not text.lstrip().startswith(sign):
        raise TypeProblem(f"'{sign}' is expected at '{text}'")
    return text.lstrip()[1:]


def from_iceberg(kind) -> str | dict:
    """What an API call gives, checked: a name, a dict, or a dict as text."""
    if isinstance(kind, str) and kind.lstrip().startswith("{"):
        kind = json.loads(kind)
    if isinstance(kind, dict):
        found = kind.get("type")
        if found == "struct":
            return {"type": "struct", "fields": [{**f, "required": f.get("required", False), "type": from_iceberg(f["type"])} for f in kind["fields"]]}
        if found == "list":
            return {**kind, "element": from_iceberg(kind["element"])}
        if found == "map":
            return {**kind, "key": from_iceberg(kind["key"]), "value": from_iceberg(kind["value"])}
        raise TypeProblem(f"Type {kind} is not one of Iceberg's")
    text = str(kind).replace(" ", "")
    if text not in _DUCKDB and not re.fullmatch(r"decimal\(\d+,\d+\)", text):
        # The catalog's names are taken, too.
        return from_glue(text)
    return text


# --- Writing ---

def to_glue(kind) -> str:
    if isinstance(kind, str):
        return _GLUE.get(kind, kind)
    if kind["type"] == "list":
        return f"array<{to_glue(kind['element'])}>"
    if kind["type"] == "map":
        return f"map<{to_glue(kind['key'])},{to_glue(kind['value'])}>"
    return f"struct<{','.join(f['name'] + ':' + to_glue(f['type']) for f in kind['fields'])}>"


def to_duckdb(kind) -> str:
    if isinstance(kind, str):
        return _DUCKDB.get(kind) or kind.upper()
    if kind["type"] == "list":
        return f"{to_duckdb(kind['element'])}[]"
    if kind["type"] == "map":
        return f"MAP({to_duckdb(kind['key'])}, {to_duckdb(kind['value'])})"
    fields = ", ".join(f"{quoted(f['name'])} {to_duckdb(f['type'])}" for f in kind["fields"])
    return f"STRUCT({fields})"


def glue_to_duckdb(text: str) -> str:
    return _SMALL.get(text.strip().lower()) or to_duckdb(from_glue(text))


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


# --- Ids ---

def with_ids(kind, known, next_id) -> str | dict:
    """A type whose parts have ids: those of the parts of `known` with the same name, its own, or new ones."""
    if isinstance(kind, str):
        return kind
    known = known if isinstance(known, dict) and known["type"] == kind["type"] else {}
    if kind["type"] == "struct":
        before = {f["name"]: f for f in known.get("fields", [])}
        fields = []
        for field in kind["fields"]:
            old = before.get(field["name"], {})
            field_id = field.get("id") or old.get("id") or next_id()
            fields.append({**field, "id": field_id, "type": with_ids(field["type"], old.get("type"), next_id)})
        return {"type": "struct", "fields": fields}
    parts = ["element"] if kind["type"] == "list" else ["key", "value"]
    ids = {f"{part}-id": kind.get(f"{part}-id") or known.get(f"{part}-id") or next_id() for part in parts}
    return {**kind, **ids, **{part: with_ids(kind[part], known.get(part), next_id) for part in parts}}


def all_ids(fields: list) -> list[int]:
    def of(kind):
        if isinstance(kind, str):
            return []
        if kind["type"] == "struct":
            return all_ids(kind["fields"])
        parts = ["element"] if kind["type"] == "list" else ["key", "value"]
        return [kind[f"{part}-id"] for part in parts] + [i for part in parts for i in of(kind[part])]
    return [i for f in fields for i in [f["id"], *of(f["type"])]]


def check_promotion(name: str, before, after) -> None:
    """Iceberg reads old values as the new type only if it is the same or a wider one."""
    if isinstance(before, dict) and isinstance(after, dict) and before["type"] == after["type"]:
        if before["type"] == "struct":
            old = {f["id"]: f for f in before["fields"]}
            for field in after["fields"]:
                if field["id"] in old:
                    check_promotion(f"{name}.{field['name']}", old[field["id"]]["type"], field["type"])
        else:
            for part in ["element"] if before["type"] == "list" else ["key", "value"]:
                check_promotion(f"{name}.{part}", before[part], after[part])
        return
    if before == after or (before, after) in (("int", "long"), ("float", "double")):
        return
    old, new = (re.fullmatch(r"decimal\((\d+),(\d+)\)", k) if isinstance(k, str) else None for k in (before, after))
    if not (old and new and old[2] == new[2] and int(old[1]) <= int(new[1])):
        raise TypeProblem(f"Cannot change column type: {name}: {to_glue(before)} -> {to_glue(after)}")

"""Glue's tables as relations of DuckDB: a SELECT of all rows, as the current or an older snapshot has them."""

import os
import re
from dataclasses import dataclass, field

from meshemu import column_types
from meshemu.column_types import quoted
from meshemu.iceberg import metadata_files, schemas, snapshots
from meshemu.objects import below, local_path


@dataclass
class Relation:
    sql: str
    names: list[str]
    files: list[str] = field(default_factory=list)
    bytes: int = 0
    # A statement that fails when files can't be read as the table's types.
    check: str | None = None


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _read(paths: list[str], how: str = "read_parquet", options: str = "") -> str:
    return f"{how}([{', '.join(literal(p) for p in paths)}]{options})"


def relation(table: dict, at: str = "") -> Relation:
    if metadata_files.is_iceberg(table):
        return _iceberg_relation(table, at)
    if at:
        raise ValueError("NOT_SUPPORTED: This connector does not support versioned tables")
    return _external_relation(table)


def _iceberg_relation(table: dict, at: str) -> Relation:
    """Every file is read with the schema it was written by; columns are the same if their ids are."""
    metadata, _ = metadata_files.load(table)
    snapshot = snapshots.snapshot_at(metadata, at)
    fields = schemas.schema_of(metadata, snapshot["schema-id"] if at else None)["fields"]
    parts, groups = [], {}
    for file in snapshots.files(snapshot):
        groups.setdefault(file["schema"], []).append(file)
    for schema_id, group in groups.items():
        written = {f["id"]: f["name"] for f in schemas.schema_of(metadata, schema_id)["fields"]}
        values = ", ".join(f'CAST({quoted(written[f["id"]]) if f["id"] in written else "NULL"} AS {column_types.to_duckdb(f["type"])}) AS {quoted(f["name"])}'
                           for f in fields)
        parts.append(f"SELECT {values} FROM {_read([local_path(f['path']) for f in group])}")
    files = snapshots.files(snapshot)
    return Relation(" UNION ALL ".join(parts) or _empty({f["name"]: column_types.to_duckdb(f["type"]) for f in fields}),
                    [f["name"] for f in fields], [f["path"] for f in files], sum(f["bytes"] for f in files))


def _empty(columns: dict[str, str]) -> str:
    return "SELECT " + ", ".join(f"NULL::{kind} AS {quoted(name)}" for name, kind in columns.items()) + " LIMIT 0"


def _external_relation(table: dict) -> Relation:
    storage = table["StorageDescriptor"]
    declared = storage.get("Columns", []) + (table.get("PartitionKeys") or [])
    columns = {c["Name"]: column_types.glue_to_duckdb(c["Type"]) for c in declared}
    files = [file for file in below(storage["Location"])
             if not re.search(r"/[._][^/]*$|/metadata/|/$", file) and os.path.getsize(local_path(file)) > 0]
    paths = [local_path(file) for file in files]
    if not paths:
        return Relation(_empty(columns), list(columns))
    # Files may have other columns than the table, and lack some of its own.
    values = ", ".join(f"CAST({quoted(name)} AS {kind}) AS {quoted(name)}" for name, kind in columns.items())
    source = f"({_empty(columns)}) UNION ALL BY NAME (SELECT * FROM {_read(paths, _reader(table), _options(table))})"
    check = _type_check(table, declared, paths) if _reader(table) == "read_parquet" else None
    return Relation(f"SELECT {values} FROM ({source})", list(columns), files, sum(os.path.getsize(p) for p in paths), check)


# Parquet types (as DuckDB reads them) that Athena reads as a declared type; it converts no others.
_READABLE = {"string": "VARCHAR|BLOB|ENUM.*", "int": "U?TINYINT|U?SMALLINT|INTEGER", "long": "U?TINYINT|U?SMALLINT|U?INTEGER|BIGINT",
             "float": "FLOAT", "double": "FLOAT|DOUBLE", "boolean": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP.*",
             "binary": "VARCHAR|BLOB", "decimal": "DECIMAL.*|INTEGER|BIGINT", "list": r".*\[\]", "map": "MAP.*", "struct": "STRUCT.*"}


def _type_check(table: dict, declared: list, paths: list[str]) -> str:
    wrong, cases = [], []
    for column in declared:
        kind = column_types.from_glue(column["Type"])
        name = kind["type"] if isinstance(kind, dict) else kind.partition("(")[0]
        test = f"lower(column_name) = {literal(column['Name'].lower())}"
        wrong.append(f"({test} AND NOT regexp_full_match(column_type, {literal(_READABLE[name])}))")
        cases.append(f"WHEN {test} THEN {literal(column['Type'])}")
    said = [literal("HIVE_BAD_DATA: Field "), "column_name", literal("'s type "), "column_type", literal(f" in parquet files of {table['Name']} is incompatible with type "),
            f"(CASE {' '.join(cases)} END)", literal(" defined in table schema")]
    return f"SELECT error({' || '.join(said)}) FROM (DESCRIBE SELECT * FROM {_read(paths, options=', union_by_name=true')}) WHERE {' OR '.join(wrong)}"


def _reader(table: dict) -> str:
    storage = table["StorageDescriptor"]
    told = f"{(table.get('Parameters') or {}).get('classification', '')} {storage.get('InputFormat', '')} {(storage.get('SerdeInfo') or {}).get('SerializationLibrary', '')}".lower()
    kind = next((kind for kind in ("parquet", "json", "csv") if kind in told), "parquet")
    return f"read_{kind}"


def _options(table: dict) -> str:
    partitioned = bool(table.get("PartitionKeys"))
    return f", union_by_name=true, hive_partitioning={str(partitioned).lower()}"


_UNKNOWN_AT = "NULL::BIGINT"


def metadata_relation(table: dict, part: str) -> Relation:
    """"t$snapshots", "t$history", "t$files" and "t$refs", with their main columns."""
    makers = {"snapshots": _snapshots, "history": _history, "files": _files, "refs": _refs}
    if not metadata_files.is_iceberg(table) or part not in makers:
        raise ValueError(f"TABLE_NOT_FOUND: Table '{table['DatabaseName']}.{table['Name']}${part}' does not exist")
    columns, rows = makers[part](metadata_files.load(table)[0])
    if not rows:
        return Relation(_empty(columns), list(columns))
    values = ", ".join(f"col{i}::{kind} AS {name}" for i, (name, kind) in enumerate(columns.items()))
    return Relation(f"SELECT {values} FROM (VALUES {', '.join(rows)})", list(columns))


def _moment(milliseconds: int) -> str:
    return f"make_timestamp({milliseconds} * 1000)"


def _snapshots(metadata: dict):
    columns = {"committed_at": "TIMESTAMP", "snapshot_id": "BIGINT", "parent_id": "BIGINT", "operation": "VARCHAR",
               "manifest_list": "VARCHAR", "summary": "MAP(VARCHAR, VARCHAR)"}
    def summary(s):
        entries = {k: v for k, v in s["summary"].items() if k != "operation"}
        return f"MAP {{{', '.join(f'{literal(k)}: {literal(str(v))}' for k, v in entries.items())}}}"
    return columns, [f"({_moment(s['timestamp-ms'])}, {s['snapshot-id']}, {s.get('parent-snapshot-id', _UNKNOWN_AT)}, "
                     f"{literal(s['summary']['operation'])}, {literal(s['manifest-list'])}, {summary(s)})" for s in metadata["snapshots"]]


def _history(metadata: dict):
    columns = {"made_current_at": "TIMESTAMP", "snapshot_id": "BIGINT", "parent_id": "BIGINT", "is_current_ancestor": "BOOLEAN"}
    current, by_id = set(snapshots.ancestors(metadata)), {s["snapshot-id"]: s for s in metadata["snapshots"]}
    return columns, [f"({_moment(e['timestamp-ms'])}, {e['snapshot-id']}, {by_id.get(e['snapshot-id'], {}).get('parent-snapshot-id', _UNKNOWN_AT)}, "
                     f"{e['snapshot-id'] in current})" for e in metadata["snapshot-log"]]


def _files(metadata: dict):
    columns = {"content": "INTEGER", "file_path": "VARCHAR", "file_format": "VARCHAR", "record_count": "BIGINT", "file_size_in_bytes": "BIGINT"}
    return columns, [f"(0, {literal(f['path'])}, 'PARQUET', {f['rows']}, {f['bytes']})" for f in snapshots.files(snapshots.snapshot_at(metadata))]


def _refs(metadata: dict):
    columns = {"name": "VARCHAR", "type": "VARCHAR", "snapshot_id": "BIGINT"}
    return columns, [f"({literal(name)}, {literal(ref['type'].upper())}, {ref['snapshot-id']})" for name, ref in metadata["refs"].items()]

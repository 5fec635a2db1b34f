"""A table's metadata: reading it, and replacing it if nobody else has."""

import json
import threading
import time

from ministack.core.responses import new_uuid
from ministack.services import glue

from meshemu import objects
from meshemu.iceberg import schemas

swap = threading.RLock()  # held while a table's entry is compared and replaced


class Conflict(Exception):
    """Another writer changed the table first."""


def is_iceberg(table: dict) -> bool:
    return (table.get("Parameters") or {}).get("table_type", "").upper() == "ICEBERG"


def load(table: dict) -> tuple[dict, str]:
    """A table's metadata, and where it was read from (what `commit` expects to replace)."""
    location = table["Parameters"].get("metadata_location")
    metadata = glue._iceberg_fetch_metadata(location)
    if metadata is None:
        raise ValueError(f"ICEBERG_INVALID_METADATA: Metadata not found in metadata location for table {table['DatabaseName']}.{table['Name']}: {location}")
    return metadata, location


def commit(table: dict, metadata: dict, read_from: str | None) -> None:
    address = f"{metadata['location'].rstrip('/')}/metadata/{len(metadata['metadata-log']):05}-{new_uuid()}.metadata.json"
    problem = objects.put(address, json.dumps(metadata).encode())
    if problem:
        raise ValueError(f"Cannot write Iceberg metadata under {metadata['location']}: {problem}")
    with swap:
        parameters = table.get("Parameters") or {}
        if parameters.get("metadata_location") != read_from or not is_in_catalog(table):
            raise Conflict
        table["Parameters"] = {**parameters, "table_type": "ICEBERG", "metadata_location": address,
                               **({"previous_metadata_location": read_from} if read_from else {})}
        table["StorageDescriptor"] = {**table.get("StorageDescriptor", {}), "Columns": schemas.glue_columns(metadata)}
        table["VersionId"] = str(int(table.get("VersionId", 0)) + 1)
        table["UpdateTime"] = int(time.time())


def is_in_catalog(table: dict) -> bool:
    """Whether this very table is there, not another that was given its name since."""
    return glue._tables.get(f"{table['DatabaseName']}/{table['Name']}") is table


def changed(metadata: dict, read_from: str | None, changes: dict) -> dict:
    now = max(int(time.time() * 1000), metadata["last-updated-ms"] + 1)  # no two snapshots at one time
    log = [{"timestamp-ms": metadata["last-updated-ms"], "metadata-file": read_from}] if read_from else []
    return {**metadata, **changes, "last-updated-ms": now, "metadata-log": [*metadata["metadata-log"], *log]}


def set_properties(table: dict, properties: dict) -> None:
    metadata, read_from = load(table)
    commit(table, changed(metadata, read_from, {"properties": {**metadata["properties"], **properties}}), read_from)


def add_columns(table: dict, columns: list) -> None:
    metadata, read_from = load(table)
    commit(table, changed(metadata, read_from, schemas.with_columns(metadata, columns)), read_from)


def new(location: str, fields: list = (), properties: dict = {}) -> dict:
    """A new table's metadata, without a schema yet."""
    spec = [{"source-id": f["SourceId"], "field-id": f.get("FieldId", 1000 + i), "name": f["Name"], "transform": f["Transform"]}
            for i, f in enumerate(fields)]
    return {"format-version": 2, "table-uuid": new_uuid(), "location": location.rstrip("/"), "last-sequence-number": 0,
            "last-updated-ms": 0, "last-column-id": 0, "schemas": [], "current-schema-id": 0,
            "partition-specs": [{"spec-id": 0, "fields": spec}], "default-spec-id": 0, "last-partition-id": 999 + len(spec),
            "sort-orders": [{"order-id": 0, "fields": []}], "default-sort-order-id": 0, "properties": dict(properties),
            "snapshots": [], "snapshot-log": [], "metadata-log": [], "refs": {}}

"""Resources as keys of dictionaries, and what lies in what."""

import json

from ministack.core.responses import get_account_id


def key_of(resource: dict) -> str:
    """A resource as JSON text, with its catalog filled in, so equal resources have equal keys."""
    (kind, body), = resource.items()
    body = {k: sorted(v) if isinstance(v, list) and all(isinstance(x, str) for x in v) else v
            for k, v in (body or {}).items()}
    if kind != "Catalog":
        body.setdefault("TableCatalogId" if kind == "DataCellsFilter" else "CatalogId", get_account_id())
    return json.dumps({kind: body}, sort_keys=True)


def of_key(key: str) -> tuple[str, dict]:
    """A resource's kind, and what tells it from others of its kind."""
    (kind, body), = json.loads(key).items()
    return kind, body


def lies_in(key: str, database: str, table: str | None = None) -> bool:
    """Whether a resource is this database or table, or in it."""
    kind, body = of_key(key)
    if table is None:
        return kind == "Database" and body["Name"] == database or body.get("DatabaseName") == database
    return body.get("DatabaseName") == database and body.get("TableName" if kind == "DataCellsFilter" else "Name") == table


def column_names(table: dict) -> list[str]:
    return [c["Name"] for c in table.get("StorageDescriptor", {}).get("Columns", []) + table.get("PartitionKeys", [])]

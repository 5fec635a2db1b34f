"""Data cells filters: the rows and columns of a table that a grant on the filter shows."""

from ministack.core.responses import get_account_id
from ministack.services import glue

from meshemu.answers import page
from meshemu.lake import grants, stores
from meshemu.lake.errors import LakeFormationError, invalid, missing
from meshemu.lake.resources import column_names, key_of


def _key(data: dict) -> tuple[str, str, str]:
    return data["DatabaseName"], data["TableName"], data["Name"]


def create(data: dict) -> None:
    table = data["TableData"]
    if _key(table) in stores.filters:
        raise LakeFormationError("AlreadyExistsException", f"Filter {table['Name']} already exists")
    _put(table)


def update(data: dict) -> None:
    _known(data["TableData"])
    _put(data["TableData"])


def _known(data: dict) -> dict:
    if _key(data) not in stores.filters:
        raise missing(f"Data cells filter {data['Name']}")
    return stores.filters[_key(data)]


def _put(given: dict) -> None:
    table = {"TableCatalogId": get_account_id(), **given}
    record = glue._tables.get(f"{table['DatabaseName']}/{table['TableName']}")
    if record is None:
        raise missing(f"Table {table['DatabaseName']}.{table['TableName']}")
    if bool(table.get("ColumnNames")) == ("ColumnWildcard" in table):
        raise invalid("Exactly one of ColumnNames and ColumnWildcard must be given")
    if len(table.get("RowFilter") or {}) != 1:
        raise invalid("RowFilter needs either FilterExpression or AllRowsWildcard")
    unknown = {*table.get("ColumnNames", []), *excluded_columns(table)} - set(column_names(record))
    if unknown:
        raise invalid(f"Columns do not exist: {sorted(unknown)}")
    stores.filters[_key(table)] = table


def excluded_columns(of: dict) -> list[str]:
    """The columns that a wildcard leaves out."""
    return (of.get("ColumnWildcard") or {}).get("ExcludedColumnNames", [])


def find(data: dict) -> dict | None:
    return stores.filters.get(_key(data))


def is_filtered(table: dict) -> bool:
    return any(key[:2] == (table["DatabaseName"], table["Name"]) for key in list(stores.filters))


def get(data: dict) -> dict:
    return {"DataCellsFilter": _known(data)}


def list_all(data: dict) -> dict:
    table = data.get("Table", {})
    return page("DataCellsFilters", [f for f in list(stores.filters.values()) if table.get("DatabaseName") in (None, f["DatabaseName"])
                                     and table.get("Name") in (None, f["TableName"])], data)


def delete(data: dict) -> None:
    """A filter that goes takes the grants of it along."""
    if stores.filters.pop(_key(data), None) is None:
        raise missing(f"Data cells filter {data['Name']}")
    on = key_of({"DataCellsFilter": dict(zip(("DatabaseName", "TableName", "Name"), _key(data)))})
    grants.forget(lambda resource: resource == on)

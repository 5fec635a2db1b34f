"""What some principals may read of a table: the columns and rows of all their grants together."""

from meshemu.lake import filters, grants, tags
from meshemu.lake.resources import column_names


def readable(table: dict, principals: set[str]) -> tuple[list[str], str | None] | None:
    """The columns and rows of `table` that any of `principals` may SELECT, or None for nothing.

    Call it in the scope of the account that owns the table. Rows are a SQL predicate (None: all).
    Several grants add up: the union of their columns, the union (OR) of their rows.
    """
    all_columns = column_names(table)
    columns, predicates = set(), []
    for kind, body, permissions in grants.held_by(principals):
        visible, predicate = _shown(table, all_columns, kind, body) if {"SELECT", "ALL"} & permissions else (set(), None)
        if visible:
            columns |= visible
            predicates.append(predicate)
    if not columns:
        return None
    rows = None if None in predicates else " OR ".join(f"({p})" for p in predicates)
    return [c for c in all_columns if c in columns], rows


def _shown(table: dict, all_columns: list[str], kind: str, body: dict) -> tuple[set[str], str | None]:
    """The columns and rows of a table that SELECT on this resource shows."""
    database, name = table["DatabaseName"], table["Name"]
    if kind in ("Table", "TableWithColumns") and body.get("DatabaseName") == database and body.get("Name", name) == name:
        return set(body.get("ColumnNames", all_columns)) - set(filters.excluded_columns(body)), None
    if kind == "DataCellsFilter" and (body["DatabaseName"], body["TableName"]) == (database, name):
        found = filters.find(body)
        if found is None:
            return set(), None
        visible = set(found.get("ColumnNames") or all_columns) - set(filters.excluded_columns(found))
        return visible, (found.get("RowFilter") or {}).get("FilterExpression")
    if kind == "LFTagPolicy" and body["ResourceType"] == "TABLE":
        return {column for column in all_columns if tags.match(body, database, name, column)}, None
    return set(), None

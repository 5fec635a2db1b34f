"""One Athena statement, run as the caller.

The engine (engine/) says what a statement does and which tables it names; each of them is looked up in Glue, checked
against Lake Formation, and bound as a DuckDB view that holds only the caller's columns and rows. Statements that write
run on a copy of their table, whose new Parquet file is then put in S3 and recorded in Glue.
"""

import json
import os
import tempfile
import urllib.request
from dataclasses import dataclass, field

from ministack.core.responses import get_account_id, get_region, new_uuid, request_scope
from ministack.services import glue

from meshemu import access, identity, objects
from meshemu.answers import body_of
from meshemu.column_types import quoted
from meshemu.iceberg import metadata_files, snapshots
from meshemu.lake import filters, grants
from meshemu.lake.reading import readable
from meshemu.lake.resources import column_names
from meshemu.relations import metadata_relation, relation

ENGINE = os.environ.get("MESHEMU_ENGINE", "")
# What a statement needs on the table it changes. https://docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html
_NEEDS = {"insert": {"INSERT"}, "delete": {"DELETE"}, "update": {"INSERT", "DELETE"}, "merge": {"INSERT", "DELETE"}}
_OPERATIONS = {"delete": "delete", "update": "overwrite", "merge": "overwrite"}


class QueryError(Exception):
    pass


class Cancelled(Exception):
    """Somebody stopped the query, or a limit did."""


def ask(path: str, request: dict) -> dict:
    body = json.dumps(request).encode()
    call = urllib.request.Request(ENGINE + path, body, {"content-type": "application/json"})
    with urllib.request.urlopen(call, timeout=1800) as response:
        answer = json.load(response)
    if "error" in answer:
        raise QueryError(answer["error"])
    return answer


@dataclass
class Query:
    """A query's place and limits, and what became known of it while it ran."""
    id: str
    sql: str
    database: str
    # Where CREATE TABLE AS puts what has no place of its own, and whether it must.
    output: str
    enforced: bool = False
    cutoff: int | None = None
    cancelled: bool = False
    bytes: int = 0
    setup: list[str] = field(default_factory=list)
    databases: set[str] = field(default_factory=set)
    bound: set[str] = field(default_factory=set)

    def surroundings(self) -> dict:
        return {"id": self.id, "setup": self.setup, "databases": [self.database, *sorted(self.databases - {self.database})]}

    def check(self) -> None:
        if self.cancelled:
            raise Cancelled("Query was cancelled by user")
        if self.cutoff and self.bytes > self.cutoff:
            raise Cancelled("Query cancelled! : Bytes scanned limit was exceeded")


@dataclass
class Outcome:
    kind: str
    columns: list[dict] = field(default_factory=list)
    rows: list[list] = field(default_factory=list)
    update_count: int | None = None


# --- Tables ---

def lookup(reference: str) -> tuple[str, dict]:
    """The account that owns a table, and the table (through a resource link, if it is one)."""
    database, _, name = reference.partition(".")
    table = glue._tables.get(f"{database}/{name}")
    if table is None:
        missing = "TABLE_NOT_FOUND: Table" if database in glue._databases else "SCHEMA_NOT_FOUND: Schema of table"
        raise QueryError(f"{missing} 'awsdatacatalog.{reference}' does not exist")
    if "TargetTable" not in table:
        access.require_glue("GetTable", reference)
        return get_account_id(), table
    target = table["TargetTable"]
    owned = glue._tables.get_scoped(target["CatalogId"], get_region(), f"{target['DatabaseName']}/{target['Name']}")
    if owned is None:
        raise QueryError(f"TABLE_NOT_FOUND: {reference} links to a table that does not exist")
    return target["CatalogId"], owned


_RESTRICTED = ("files", "manifests", "partitions", "snapshots")


def bind(reference: str, query: Query) -> None:
    """Make `reference` readable in the query, as the caller may read it."""
    if reference in query.bound:
        return
    query.bound.add(reference)
    base, _, at = reference.partition("@")
    base, _, part = base.partition("$")
    query.databases.add(base.split(".")[0])
    owner, table = lookup(base)
    with request_scope(owner, get_region()):
        may = readable(table, access.principals())
        if table["TableType"] == "VIRTUAL_VIEW" and may is None:
            may = ["*"], None
        if may is None:
            raise access.denied(base)
        columns, rows = may
        if table["TableType"] == "VIRTUAL_VIEW":
            plan = ask("/plan", {"sql": table["ViewOriginalText"], "database": table["DatabaseName"]})
            for used in plan["reads"]:
                bind(used, query)
            source, shown = plan["sql"], "*"
        elif part:
            # Lake Formation does not look into these, so Athena refuses them where anybody's rows or cells are filtered.
            if part in _RESTRICTED and (filters.is_filtered(table) or {*columns} < {*column_names(table)}):
                raise access.denied(f"{base}${part}")
            source, shown, rows = metadata_relation(table, part).sql, "*", None
        else:
            found = relation(table, at)
            access.require_reading(table["StorageDescriptor"]["Location"], found.files)
            query.bytes += found.bytes
            if found.check:
                query.setup.append(found.check)
            # Who reads every column reads those of older schemas, too.
            every = {*column_names(table)} <= {*columns}
            shown = ", ".join(quoted(name) for name in found.names if every or name in columns)
            if not shown:
                raise access.denied(base)
            source = found.sql
        where = ask("/condition", {"text": rows, "database": base.split(".")[0]})["sql"] if rows else "true"
    query.setup.append(f"CREATE OR REPLACE VIEW {_full(reference)} AS SELECT {shown} FROM ({source}) WHERE {where}")


def _full(reference: str) -> str:
    database, _, name = reference.partition(".")
    return f"{quoted(database)}.{quoted(name)}"


def upload(path: str, location: str) -> dict:
    """Put a finished data file under a location; returns its entry without its schema and rows."""
    address = f"{location.rstrip('/')}/{new_uuid()}.parquet"
    with open(path, "rb") as file:
        body = file.read()
    problem = objects.put(address, body)
    if problem:
        raise QueryError(f"HIVE_WRITER_OPEN_ERROR: Cannot write to {location}: {problem}")
    return {"path": address, "bytes": len(body)}


def write_rows(query: Query, sql: str, location: str) -> tuple[dict, dict | None]:
    """Put what a SELECT gives under a location: what the engine says of it, and the file's entry, if there are rows."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/out.parquet"
        written = ask("/write", {**query.surroundings(), "sql": sql, "path": path, "table": True})
        query.check()
        return written, upload(path, location) if written["rows"] else None


# --- Statements ---

def execute(query: Query) -> Outcome:
    plan = ask("/plan", {"sql": query.sql, "database": query.database})
    kind, target = plan["kind"], plan.get("target")
    query.databases.add(query.database)
    if target:
        query.databases.add(target.split(".")[0])
    try:
        for reference in plan["reads"]:
            bind(reference, query)
        query.check()
        return _STATEMENTS[kind](query, plan)
    except metadata_files.Conflict:
        raise QueryError(f"ICEBERG_COMMIT_ERROR: Failed to commit Iceberg update to table: {target}") from None


def _select(query: Query, plan: dict) -> Outcome:
    answer = ask("/select", {**query.surroundings(), "sql": plan["sql"]})
    return Outcome("select", answer["columns"], answer["rows"])


def _view(query: Query, plan: dict) -> Outcome:
    database, _, name = plan["target"].partition(".")
    exists = f"{database}/{name}" in glue._tables
    access.require_glue("UpdateTable" if exists else "CreateTable", plan["target"])
    answer = ask("/select", {**query.surroundings(), "sql": f"SELECT * FROM (\n{plan['sql']}\n) LIMIT 0"})
    columns = [{"Name": c["name"].lower(), "Type": c["glue"]} for c in answer["columns"]]
    action = glue._update_table if exists else glue._create_table
    body_of(action({"DatabaseName": database, "TableInput": {
        "Name": name, "TableType": "VIRTUAL_VIEW", "ViewOriginalText": plan["query"], "StorageDescriptor": {"Columns": columns}}}))
    return Outcome("view")


def _unload(query: Query, plan: dict) -> Outcome:
    access.require_writing(plan["location"])
    if objects.below(plan["location"]):
        raise QueryError(f"HIVE_PATH_ALREADY_EXISTS: Target directory for UNLOAD already exists: {plan['location']}")
    written, _ = write_rows(query, plan["sql"], plan["location"])
    return Outcome("unload", update_count=written["rows"])


def _create_table_as(query: Query, plan: dict) -> Outcome:
    target, properties = plan["target"], plan["properties"]
    database, _, name = target.partition(".")
    is_iceberg = properties.get("table_type", "").upper() == "ICEBERG"
    if database not in glue._databases:
        raise QueryError(f"SCHEMA_NOT_FOUND: Schema {database} not found")
    if f"{database}/{name}" in glue._tables:
        if plan["ifExists"]:
            return Outcome("ctas", update_count=0)
        raise QueryError(f"TABLE_ALREADY_EXISTS: Table 'awsdatacatalog.{target}' already exists")
    if "external_location" in properties and query.enforced:
        raise QueryError("The Create Table As Select query failed because it was submitted with an 'external_location' property to an "
                         "Athena Workgroup that enforces a centralized output location for all queries. Please remove the "
                         "'external_location' property and resubmit the query.")
    if is_iceberg and ("location" not in properties or properties.get("is_external", "").lower() != "false"):
        raise QueryError("INVALID_TABLE_PROPERTY: an Iceberg table needs location and is_external = false")
    location = plan.get("location") or f"{query.output.rstrip('/')}/tables/{query.id}"
    access.require_glue("CreateTable", target)
    access.require_new_table(target, location)
    access.require_writing(location)
    if not is_iceberg and objects.below(location):
        raise QueryError(f"HIVE_PATH_ALREADY_EXISTS: Target directory for table '{target}' already exists: {location}. "
                         "You may need to manually clean the data at location before retrying.")
    if is_iceberg and objects.below(location):
        raise QueryError(f"ICEBERG_FILESYSTEM_ERROR: Cannot create a table on a non-empty location: {location}, set "
                         "'iceberg.unique-table-location=true' in your Iceberg catalog properties to use unique table locations for every table.")
    written, file = write_rows(query, plan["sql"], location.rstrip("/") + ("/data" if is_iceberg else ""))
    columns = [{"Name": c["name"], "Type": c["glue"]} for c in written["columns"]]
    table = {"Name": name, "TableType": "EXTERNAL_TABLE", "StorageDescriptor": {"Location": location, "Columns": columns}}
    if is_iceberg:
        body_of(glue._create_table({"DatabaseName": database, "TableInput": table, "OpenTableFormatInput": {"IcebergInput": {"MetadataOperation": "CREATE"}}}))
        made = glue._tables[f"{database}/{name}"]
        metadata, read_from = metadata_files.load(made)
        snapshots.write(made, metadata, read_from, [{**file, "schema": 0, "rows": written["rows"]}] if file else [], "append")
    else:
        table["Parameters"] = {"classification": "parquet", "EXTERNAL": "TRUE", "parquet.compression": "SNAPPY"}
        table["StorageDescriptor"] |= {
            "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
            "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
            "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe", "Parameters": {"serialization.format": "1"}}}
        body_of(glue._create_table({"DatabaseName": database, "TableInput": table}))
    _grant_new(database, name)
    return Outcome("ctas", update_count=written["rows"])


def _grant_new(database: str, name: str) -> None:
    """Who makes a table may do everything with it; and everybody, while its database says so."""
    resource = {"Table": {"DatabaseName": database, "Name": name}}
    grants.grant(identity.principal(), resource, ["ALL"], ["ALL"])
    grants.grant_defaults(resource, glue._databases[database].get("CreateTableDefaultPermissions") or [])


def _change(query: Query, plan: dict) -> Outcome:
    """INSERT, DELETE, UPDATE, MERGE. One that changes nothing makes no snapshot, as in Trino (IcebergMetadata.finishWrite)."""
    kind, target = plan["kind"], plan["target"]
    owner, table = lookup(target)
    needs = _NEEDS[kind] | ({"SELECT"} if kind != "insert" else set())
    access.require_on_table(target, owner, table, needs)
    if metadata_files.is_iceberg(table):
        access.require_glue("UpdateTable", target)
    elif kind != "insert":
        raise QueryError(f"NOT_SUPPORTED: Modifying Hive table rows is only supported for transactional tables: {target}")
    with request_scope(owner, get_region()), tempfile.TemporaryDirectory() as folder:
        location = table["StorageDescriptor"]["Location"]
        access.require_writing(location)
        before = metadata_files.load(table) if metadata_files.is_iceberg(table) else None
        source, path = relation(table), f"{folder}/out.parquet"
        if kind != "insert":
            query.bytes += source.bytes
            query.check()
        done = ask("/change", {**query.surroundings(), "sql": plan["sql"], "path": path, "table": True, "rows": source.sql,
                               **{k: plan[k] for k in ("query", "into", "check") if plan.get(k)}})
        query.check()
        if done["changed"]:
            file = upload(path, location.rstrip("/") + ("/data" if before else "")) if done["rows"] else None
            if before:
                _commit(kind, table, before, file and {**file, "schema": before[0]["current-schema-id"], "rows": done["rows"]})
    return Outcome(kind, update_count=done["changed"])


def _commit(kind: str, table: dict, before: tuple[dict, str], file: dict | None) -> None:
    if kind == "insert":
        snapshots.append(table, file)
    else:  # on what it read, or not at all
        snapshots.write(table, *before, [file] if file else [], _OPERATIONS[kind])


def _alter(query: Query, plan: dict) -> Outcome:
    owner, table = lookup(plan["target"])
    access.require_on_table(plan["target"], owner, table, {"ALTER"})
    access.require_glue("UpdateTable", plan["target"])
    with request_scope(owner, get_region()):
        if plan["kind"] == "properties":
            if metadata_files.is_iceberg(table):
                metadata_files.set_properties(table, plan["properties"])
            else:
                table["Parameters"] = {**(table.get("Parameters") or {}), **plan["properties"]}
        elif metadata_files.is_iceberg(table):
            metadata_files.add_columns(table, plan["columns"])
        else:
            storage = table["StorageDescriptor"]
            table["StorageDescriptor"] = {**storage, "Columns": [*storage["Columns"], *plan["columns"]]}
    return Outcome("alter")


def _drop(query: Query, plan: dict) -> Outcome:
    """DROP TABLE deletes an Iceberg table's files, and no others."""
    target = plan["target"]
    if plan["ifExists"] and target.replace(".", "/", 1) not in glue._tables:
        return Outcome("drop")
    owner, table = lookup(target)
    access.require_on_table(target, owner, table, {"DROP"})
    access.require_glue("DeleteTable", target)
    with request_scope(owner, get_region()):
        body_of(glue._delete_table({"DatabaseName": table["DatabaseName"], "Name": table["Name"]}))
        if metadata_files.is_iceberg(table):
            objects.delete(objects.below(table["StorageDescriptor"]["Location"]))
    return Outcome("drop")


def compact(reference: str) -> int | None:
    """Rewrite a table's files into one; returns the snapshot, if there was something to rewrite."""
    _, table = lookup(reference)
    before = metadata_files.load(table)
    if not snapshots.files(snapshots.snapshot_at(before[0])):
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/out.parquet"
        written = ask("/write", {"id": new_uuid(), "databases": [], "setup": [], "sql": relation(table).sql, "path": path, "table": True})
        file = {**upload(path, table["StorageDescriptor"]["Location"].rstrip("/") + "/data"), "schema": before[0]["current-schema-id"], "rows": written["rows"]}
        return snapshots.write(table, *before, [file], "replace")


def _optimize(query: Query, plan: dict) -> Outcome:
    owner, table = lookup(plan["target"])
    access.require_on_table(plan["target"], owner, table, {"SELECT", "INSERT", "DELETE"})
    compact(plan["target"])
    return Outcome("optimize")


def _vacuum(query: Query, plan: dict) -> Outcome:
    owner, table = lookup(plan["target"])
    access.require_on_table(plan["target"], owner, table, {"SELECT", "INSERT", "DELETE"})
    objects.delete(snapshots.expire(table))
    return Outcome("vacuum")


def _refuse(query: Query, plan: dict) -> Outcome:
    raise QueryError("NOT_SUPPORTED: the emulator knows no such statement: " + query.sql[:60])


_STATEMENTS = {"select": _select, "view": _view, "unload": _unload, "ctas": _create_table_as, "insert": _change, "delete": _change,
               "update": _change, "merge": _change, "alter": _alter, "properties": _alter, "drop": _drop, "optimize": _optimize,
               "vacuum": _vacuum, "ddl": _refuse}

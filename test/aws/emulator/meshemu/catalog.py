"""What Lake Formation adds to Glue's catalog: who makes something holds everything on it, defaults for everybody, what
goes with what is deleted, and, where IAM is enforced, the permissions that roles need for Glue's own API.

https://docs.aws.amazon.com/lake-formation/latest/dg/implicit-permissions.html: an admin may see everything, use all
locations and make databases; to alter or drop what others made, it needs permissions like everybody.
"""

import json

from ministack.core.responses import error_response_json, json_response
from ministack.services import glue

from meshemu import access, identity, lakeformation

_ON_TABLE = {"UpdateTable": "ALTER", "DeleteTable": "DROP", "GetTable": "DESCRIBE", "GetPartitions": "DESCRIBE",
             "CreateTableOptimizer": "ALTER", "UpdateTableOptimizer": "ALTER", "DeleteTableOptimizer": "ALTER"}
_ON_DATABASE = {"CreateTable": "CREATE_TABLE", "GetDatabase": "DESCRIBE", "UpdateDatabase": "ALTER", "DeleteDatabase": "DROP"}


# --- Permissions for calls of Glue's API ---

def _missing(action: str, data: dict) -> str | None:
    """The permission that the caller lacks, and on what."""
    database, admin = data.get("DatabaseName") or data.get("Name"), access.is_admin()
    if action == "CreateDatabase":
        return None if admin or access.held_on_catalog() else "Create Database on Catalog"
    if action in _ON_DATABASE and database in glue._databases:
        needed, held = _ON_DATABASE[action], access.held(database)
        describes = needed == "DESCRIBE" and (admin or held or access.holds_any_table(database))
        return None if describes or held & {needed, "ALL"} else f"{needed} on {database}"
    name = data.get("Name") or data.get("TableName") or data.get("TableInput", {}).get("Name")
    if action in _ON_TABLE and f"{database}/{name}" in glue._tables:
        needed = _ON_TABLE[action]
        if needed == "DESCRIBE" and (admin or access.holds_any_table(database, name)):
            return None
        return None if access.held(database, name) & {needed, "ALL"} else f"{needed} on {database}.{name}"
    return None


async def _handle_request(method, path, headers, body, query_params):
    action = headers.get("x-amz-target", "").rsplit(".", 1)[-1]
    if access.limited():
        missing = _missing(action, json.loads(body or b"{}"))
        if missing:
            access.denied(missing)
            return error_response_json("AccessDeniedException", f"Insufficient Lake Formation permission(s): Required {missing}", 400)
    return await _before(method, path, headers, body, query_params)


# --- What comes and goes with databases and tables ---

def _give(default: list, resource: dict) -> None:
    lakeformation.grant(identity.principal(), resource, ["ALL"], ["ALL"])
    for each in default:
        if each.get("Permissions"):
            lakeformation.grant(each["Principal"]["DataLakePrincipalIdentifier"], resource, each["Permissions"])


def _defaults(name: str) -> list:
    return lakeformation.call("GetDataLakeSettings", {})["DataLakeSettings"].get(name, [])


def _create_database(data):
    given = data.get("DatabaseInput", {})
    data = {**data, "DatabaseInput": {**given, "Name": given.get("Name", "").lower()}}
    response = _ministack_create_database(data)
    if response[0] < 300:
        name = data["DatabaseInput"]["Name"]
        own = given.get("CreateTableDefaultPermissions")
        glue._databases[name]["CreateTableDefaultPermissions"] = _defaults("CreateTableDefaultPermissions") if own is None else own
        _give(_defaults("CreateDatabaseDefaultPermissions"), {"Database": {"Name": name}})
    return response


def _create_table(data):
    response = _iceberg_create_table(data)
    if response[0] < 300:
        database, name = data["DatabaseName"], (data.get("Name") or data.get("TableInput", {}).get("Name")).lower()
        defaults = (glue._databases.get(database) or {}).get("CreateTableDefaultPermissions", [])
        _give(defaults, {"Table": {"DatabaseName": database, "Name": name}})
    return response


def _forget(database: str, table: str | None = None) -> None:
    """Permissions and filters end with what they are on."""
    for (principal, resource) in list(lakeformation._grants):
        (kind, body), = json.loads(resource).items()
        on = (body.get("DatabaseName"), body.get("Name")) if kind in ("Table", "TableWithColumns") else \
            (body.get("DatabaseName"), body.get("TableName")) if kind == "DataCellsFilter" else (body.get("Name"), None) if kind == "Database" else (None, None)
        if on[0] == database and (table is None or on[1] == table):
            lakeformation._grants.pop((principal, resource), None)
    for key in [k for k in lakeformation._filters if k[0] == database and table in (None, k[1])]:
        lakeformation._filters.pop(key, None)


def _delete_table(data):
    response = _ministack_delete_table(data)
    if response[0] < 300:
        _forget(data["DatabaseName"], data["Name"])
    return response


def _delete_database(data):
    response = _ministack_delete_database(data)
    if response[0] < 300:
        _forget(data["Name"])
    return response


def _get_table(data):
    response = _ministack_get_table(data)
    if response[0] >= 300:
        return response
    table = json.loads(response[2])["Table"]
    location = table.get("StorageDescriptor", {}).get("Location") or ""
    return json_response({"Table": {**table, "IsRegisteredWithLakeFormation": bool(location and access.registered(location))}})


def install() -> None:
    global _before, _ministack_create_database, _iceberg_create_table, _ministack_delete_table, _ministack_delete_database, _ministack_get_table
    _before, glue.handle_request = glue.handle_request, _handle_request
    _ministack_create_database, glue._create_database = glue._create_database, _create_database
    _iceberg_create_table, glue._create_table = glue._create_table, _create_table
    _ministack_delete_table, glue._delete_table = glue._delete_table, _delete_table
    _ministack_delete_database, glue._delete_database = glue._delete_database, _delete_database
    _ministack_get_table, glue._get_table = glue._get_table, _get_table

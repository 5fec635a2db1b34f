"""Lake Formation's say in calls of Glue's API: a role needs IAM's permission and Lake Formation's.

Administrators of the data lake see and change all metadata; whoever creates a database or table holds everything on it.
Roles of the CDK, and the account's root, are not asked (nor is anybody unless policies are enforced).
"""

import json

from ministack.core.responses import error_response_json
from ministack.services import glue

from meshemu import access, denials, identity
from meshemu.lake import grants, settings
from meshemu.lake.reading import readable

_ON_TABLE = {"UpdateTable": "ALTER", "DeleteTable": "DROP", "CreatePartition": "INSERT", "BatchCreatePartition": "INSERT",
             "CreateTableOptimizer": "ALTER", "UpdateTableOptimizer": "ALTER", "DeleteTableOptimizer": "ALTER"}
_ON_DATABASE = {"UpdateDatabase": "ALTER", "DeleteDatabase": "DROP"}


class _Refused(Exception):
    pass


def _require(held: set[str], permission: str, on: str) -> None:
    if not held & {permission, "ALL"}:
        raise _Refused(permission, on)


# --- What the caller may ---

def _sees_table(database: str, name: str) -> bool:
    record = glue._tables.get(f"{database}/{name}")
    return record is None or bool(access.held(database, name)) or readable(record, access.principals()) is not None


def _sees_database(name: str) -> bool:
    if access.held(name) or name not in glue._databases:
        return True
    return any(key.startswith(f"{name}/") and _sees_table(name, record["Name"]) for key, record in list(glue._tables.items()))


def _check(action: str, data: dict) -> None:
    database, name = data.get("DatabaseName", ""), data.get("Name") or data.get("TableName") or (data.get("TableInput") or {}).get("Name", "")
    if action == "CreateDatabase":
        on_catalog = [held for kind, _, held in grants.held_by(access.principals()) if kind == "Catalog"]
        _require(set().union(*on_catalog), "CREATE_DATABASE", "the catalog")
    elif action in _ON_DATABASE:
        _require(access.held(name), _ON_DATABASE[action], name)
    elif action == "GetDatabase" and not _sees_database(name):
        raise _Refused("DESCRIBE", name)
    elif action in ("GetTable", "GetPartitions") and not _sees_table(database, name):
        raise _Refused("DESCRIBE", f"{database}.{name}")
    elif action == "CreateTable":
        iceberg = data.get("OpenTableFormatInput", {}).get("IcebergInput", {}).get("CreateIcebergTableInput", {})
        location = iceberg.get("Location") or (data.get("TableInput") or {}).get("StorageDescriptor", {}).get("Location", "")
        _require(access.held(database), "CREATE_TABLE", database)
        try:
            access.require_new_table(f"{database}.{name}", location)
        except access.Denied:
            raise _Refused("DATA_LOCATION_ACCESS", location) from None
    elif action in _ON_TABLE:
        _require(access.held(database, name), _ON_TABLE[action], f"{database}.{name}")
    elif action == "BatchDeleteTable":
        for each in data.get("TablesToDelete", []):
            _require(access.held(database, each), "DROP", f"{database}.{each}")


# --- Requests ---

async def _glue_request(method, path, headers, body, query):
    action, data = headers.get("x-amz-target", "").split(".")[-1], json.loads(body or b"{}")
    limited = not access.may_administer()
    try:
        if limited:
            _check(action, data)
    except _Refused as refused:
        permission, on = refused.args
        denials.record(f"lakeformation:{permission}", on, "Lake Formation")
        return error_response_json("AccessDeniedException", f"Insufficient Lake Formation permission(s): Required {permission} on {on}", 400)
    status, given, answer = await _ministack_request(method, path, headers, body, query)
    if status < 300:
        _follow(action, data)
        if limited and action in ("GetTables", "GetDatabases"):
            listed = json.loads(answer)
            for key, sees in (("TableList", lambda t: _sees_table(t["DatabaseName"], t["Name"])), ("DatabaseList", lambda d: _sees_database(d["Name"]))):
                if key in listed:
                    listed[key] = [each for each in listed[key] if sees(each)]
            answer = json.dumps(listed).encode()
    return status, given, answer


def _follow(action: str, data: dict) -> None:
    """What is created belongs to its creator, and to everybody while the settings (or the database) say so."""
    if action == "CreateDatabase":
        given, defaults = data["DatabaseInput"], settings.get()
        record = glue._databases[given["Name"]]
        record["CreateTableDefaultPermissions"] = given.get("CreateTableDefaultPermissions", defaults["CreateTableDefaultPermissions"])
        _give({"Database": {"Name": given["Name"]}}, defaults["CreateDatabaseDefaultPermissions"])
    elif action == "CreateTable":
        name = data.get("Name") or data["TableInput"]["Name"]
        defaults = glue._databases.get(data["DatabaseName"], {}).get("CreateTableDefaultPermissions", [])
        _give({"Table": {"DatabaseName": data["DatabaseName"], "Name": name}}, defaults)


def _give(resource: dict, defaults: list) -> None:
    grants.grant_defaults(resource, defaults)
    if ":role/" in identity.principal():
        grants.grant(identity.principal(), resource, ["ALL"], ["ALL"])


def _forgetting(delete, is_table: bool):
    def delete_and_forget(data):
        answer = delete(data)
        if answer[0] < 300:
            grants.forget_below(*([data["DatabaseName"], data["Name"]] if is_table else [data["Name"]]))
        return answer
    return delete_and_forget


def install() -> None:
    global _ministack_request
    _ministack_request, glue.handle_request = glue.handle_request, _glue_request
    glue._delete_table, glue._delete_database = _forgetting(glue._delete_table, True), _forgetting(glue._delete_database, False)

"""Table optimizers in Glue's API: accepted and remembered, without an effect."""

import json

from ministack.core.responses import AccountRegionScopedDict, error_response_json, get_account_id, json_response
from ministack.services import glue

_optimizers = AccountRegionScopedDict()  # (database, table, type) -> configuration


class _Refused(Exception):
    pass


def _key(data: dict, create: bool = False) -> tuple[str, str, str]:
    database, table, kind = key = (data["DatabaseName"], data["TableName"], data["Type"])
    if f"{database}/{table}" not in glue._tables:
        raise _Refused("EntityNotFoundException", f"Table {table} not found")
    if create and key in _optimizers:
        raise _Refused("AlreadyExistsException", f"Table optimizer {kind} already exists")
    if not create and key not in _optimizers:
        raise _Refused("EntityNotFoundException", f"Table optimizer {kind} not found")
    return key


def _shown(key: tuple[str, str, str]) -> dict:
    return {"type": key[2], "configuration": _optimizers[key]}


def _create(data: dict) -> dict:
    _optimizers[_key(data, create=True)] = data["TableOptimizerConfiguration"]
    return {}


def _update(data: dict) -> dict:
    _optimizers[_key(data)] = data["TableOptimizerConfiguration"]
    return {}


def _get(data: dict) -> dict:
    key = _key(data)
    return {"CatalogId": get_account_id(), "DatabaseName": key[0], "TableName": key[1], "TableOptimizer": _shown(key)}


def _delete(data: dict) -> dict:
    del _optimizers[_key(data)]
    return {}


def _batch_get(data: dict) -> dict:
    found, failures = [], []
    for entry in data.get("Entries", []):
        key = (entry["databaseName"], entry["tableName"], entry["type"])
        if key in _optimizers:
            found.append({"catalogId": get_account_id(), "databaseName": key[0], "tableName": key[1], "tableOptimizer": _shown(key)})
        else:
            failures.append({**entry, "error": {"ErrorCode": "EntityNotFoundException", "ErrorMessage": "Table optimizer not found"}})
    return {"TableOptimizers": found, "Failures": failures}


def _list_runs(data: dict) -> dict:
    return {**{k: data.get(k) for k in ("DatabaseName", "TableName")}, "TableOptimizerRuns": []}


_ACTIONS = {"CreateTableOptimizer": _create, "UpdateTableOptimizer": _update, "GetTableOptimizer": _get,
            "DeleteTableOptimizer": _delete, "BatchGetTableOptimizer": _batch_get, "ListTableOptimizerRuns": _list_runs}


async def _handle_request(method, path, headers, body, query_params):
    action = _ACTIONS.get(headers.get("x-amz-target", "").rsplit(".", 1)[-1])
    if not action:
        return await _ministack_handle(method, path, headers, body, query_params)
    try:
        return json_response(action(json.loads(body or b"{}")))
    except _Refused as refused:
        return error_response_json(*refused.args, 400)


def install() -> None:
    global _ministack_handle
    _ministack_handle, glue.handle_request = glue.handle_request, _handle_request

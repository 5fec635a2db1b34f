"""Lake Formation's API, a REST-JSON service: POST /<Action>, signed for `lakeformation`."""

import json
import sys

import ministack.app as app
from ministack.core import router
from ministack.core.responses import error_response_json, json_response

from meshemu import access
from meshemu.answers import page
from meshemu.lake import filters, locations, permissions, settings, stores, tags
from meshemu.lake.errors import LakeFormationError


def _for_admins(action: str, answer):
    """For administrators of the data lake, and a table's filters for whoever holds everything on it."""
    def checked(data: dict):
        table = data.get("TableData") or (data if action == "DeleteDataCellsFilter" else {})
        own = table and "ALL" in access.held(table["DatabaseName"], table["TableName"])
        if not access.may_administer() and not own:
            raise permissions.denied(action, f"{action} needs an administrator of the data lake")
        return answer(data)
    return checked


_ACTIONS = {
    "PutDataLakeSettings": lambda data: settings.put(data.get("DataLakeSettings") or {}),
    "GetDataLakeSettings": lambda data: {"DataLakeSettings": settings.get()},
    "RegisterResource": locations.register, "DeregisterResource": locations.deregister,
    "UpdateResource": locations.update, "DescribeResource": locations.describe,
    "ListResources": lambda data: page("ResourceInfoList", list(stores.locations.values()), data),
    "GrantPermissions": permissions.grant, "RevokePermissions": permissions.revoke,
    "BatchGrantPermissions": permissions.in_batches("BatchGrantPermissions", permissions.grant),
    "BatchRevokePermissions": permissions.in_batches("BatchRevokePermissions", permissions.revoke),
    "ListPermissions": permissions.list_all,
    "GetDataCellsFilter": filters.get, "ListDataCellsFilter": filters.list_all,
    "GetLFTag": tags.get, "ListLFTags": tags.list_all, "GetResourceLFTags": tags.get_of_resource,
} | {action: _for_admins(action, answer) for action, answer in {
    "CreateDataCellsFilter": filters.create, "UpdateDataCellsFilter": filters.update, "DeleteDataCellsFilter": filters.delete,
    "CreateLFTag": tags.create, "UpdateLFTag": tags.update, "DeleteLFTag": tags.delete,
    "AddLFTagsToResource": tags.add_to_resource, "RemoveLFTagsFromResource": tags.remove_from_resource,
}.items()}


def call(action: str, data: dict) -> dict:
    return _ACTIONS[action](data) or {}


async def handle_request(method, path, headers, body, query_params):
    action = path.strip("/")
    if action not in _ACTIONS:
        return error_response_json("InvalidInputException", f"Unsupported Lake Formation action {action}", 400)
    try:
        return json_response(call(action, json.loads(body or b"{}")))
    except LakeFormationError as error:
        return error_response_json(error.code, str(error), 400)
    except KeyError as error:
        return error_response_json("InvalidInputException", f"Missing parameter {error}", 400)


def reset() -> None:
    """MiniStack calls it by this name when it forgets everything."""
    stores.clear()


def install() -> None:
    app.SERVICE_REGISTRY["lakeformation"] = {"module": "lakeformation"}
    app._loaded_modules["lakeformation"] = sys.modules[__name__]
    app.SERVICE_HANDLERS["lakeformation"] = app._lazy_handler("lakeformation")
    router.SERVICE_PATTERNS["lakeformation"] = {"host_patterns": [r"lakeformation\."]}

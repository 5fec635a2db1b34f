"""What tests ask of the emulator itself, under /_meshemu.

POST /_meshemu/faults {"BatchGrantPermissions": 2}         the next two entries fail with ConcurrentModificationException
POST /_meshemu/faults {"killAfterCheckpoints": 3, "function": "name"}   see durable.py
POST /_meshemu/faults {"slowQueries": 1, "slowSeconds": 5} the next query takes five seconds more; with "slowSql", the next that has this text
POST /_meshemu/compact {"database": "d", "table": "t"}     rewrites an Iceberg table's files into one, as an optimizer does
POST /_meshemu/session {"roleArn": "…"}                    credentials of a role, whatever its trust policy says
POST /_meshemu/pass {"rule": "name", "seconds": 60}        a scheduled rule finds that so much time has passed
GET  /_meshemu/denials                                     calls that were refused, oldest first
"""

import json
import time

import ministack.app as app
from ministack.core.responses import error_response_json, json_response
from ministack.services import eventbridge

from meshemu import athena, denials, durable, identity
from meshemu.lake import permissions


def _faults(data: dict) -> dict:
    unknown = data.keys() - {"BatchGrantPermissions", "BatchRevokePermissions", "killAfterCheckpoints", "function", *athena.slowness}
    if unknown:
        raise ValueError(f"unknown faults: {sorted(unknown)}")
    for action in ("BatchGrantPermissions", "BatchRevokePermissions"):
        if action in data:
            permissions.faults[action] = data[action]
    athena.slow_down(data)
    if "killAfterCheckpoints" in data:
        durable.kills.append({"left": data["killAfterCheckpoints"], "function": data.get("function")})
    return {**permissions.faults, "kills": durable.kills}


def _session(data: dict) -> dict:
    key = identity.session_key(data["roleArn"], data.get("sessionName", "test"))
    return {"AccessKeyId": key, "SecretAccessKey": "test", "SessionToken": key}


def _pass(data: dict) -> dict:
    rules = [key for key, rule in eventbridge._rules._data.items() if rule["Name"] == data["rule"]]
    for key in rules:
        eventbridge._rule_last_fired[key] = time.time() - data["seconds"]
    eventbridge._tick_scheduled_rules()
    return {"rules": len(rules)}


def install() -> None:
    dispatch = app._dispatch_service_request

    async def answer(method, path, headers, body, query, request_id):
        if not path.startswith("/_meshemu/"):
            return await dispatch(method, path, headers, body, query, request_id)
        try:
            data = json.loads(body or b"{}")
            asked = {"faults": lambda: _faults(data), "session": lambda: _session(data), "compact": lambda: athena.compact(data), "pass": lambda: _pass(data), "denials": lambda: denials.denials}[path.rsplit("/", 1)[-1]]
            return json_response(asked())
        except (KeyError, ValueError) as error:
            return error_response_json("InvalidRequest", str(error), 400)

    app._dispatch_service_request = answer

"""Requests as the CDK CLI makes them: stacks by their ARNs, answers when the work is done, changes of policies."""

import asyncio
import time
import urllib.parse

import ministack.app as app
from ministack.services import cloudformation
from ministack.services.cloudformation import changesets, handlers, helpers, stacks


def _delete_stack_by_arn(params):
    """The CDK CLI deletes a stack by its ARN; MiniStack knows only its name, and does nothing."""
    given = helpers._p(params, "StackName")
    names = [name for name, stack in cloudformation._stacks.items() if stack["StackId"] == given]
    return _ministack_delete_stack({**params, "StackName": names or [given]})


def _by_name(action: str, missing_is_fine: bool = False) -> None:
    """The CDK CLI names a change set's stack by its ARN, too, and deletes change sets that are gone."""
    ask = handlers._ACTION_HANDLERS[action]

    def ask_by_name(params):
        given = helpers._p(params, "StackName")
        params = {**params, "StackName": [given.split("/")[1]]} if given.startswith("arn:") else params
        answer = ask(params)
        return helpers._xml(200, f"{action}Response", "") if missing_is_fine and answer[0] == 404 else answer

    handlers._ACTION_HANDLERS[action] = ask_by_name


def _answer_when_done() -> None:
    """Answer the execution of a change set and a deletion a little late: the CDK CLI looks only every five seconds."""
    dispatch = app._dispatch_service_request

    async def dispatch_and_wait(method, path, headers, body, query, request_id):
        answer = await dispatch(method, path, headers, body, query, request_id)
        if b"Action=ExecuteChangeSet" in body or b"Action=DeleteStack" in body:
            end = time.monotonic() + 4
            while time.monotonic() < end and any(s["StackStatus"].endswith("_IN_PROGRESS") and s["StackStatus"] != "REVIEW_IN_PROGRESS"
                                                 and urllib.parse.quote(s["StackName"]).encode() in body for s in cloudformation._stacks.values()):
                await asyncio.sleep(0.02)
        return answer

    app._dispatch_service_request = dispatch_and_wait


def _diff(old_template: dict, new_template: dict) -> list:
    """MiniStack's changes, and those of policies, which its comparison of properties leaves out."""
    changes = _ministack_diff(old_template, new_template)
    old, new = old_template.get("Resources", {}), new_template.get("Resources", {})
    found = {change["ResourceChange"]["LogicalResourceId"] for change in changes}
    for name in sorted(old.keys() & new.keys() - found):
        if any(old[name].get(k) != new[name].get(k) for k in ("DeletionPolicy", "UpdateReplacePolicy", "Type")):
            changes.append({"ResourceChange": {"Action": "Modify", "LogicalResourceId": name, "ResourceType": new[name].get("Type", ""),
                                               "Replacement": "False"}})
    return changes


def install() -> None:
    global _ministack_delete_stack, _ministack_diff
    _ministack_diff = stacks._diff_resources
    for module in (stacks, handlers, changesets):
        module._diff_resources = _diff
    _ministack_delete_stack, handlers._ACTION_HANDLERS["DeleteStack"] = handlers._ACTION_HANDLERS["DeleteStack"], _delete_stack_by_arn
    _answer_when_done()
    for action in ("DescribeChangeSet", "ExecuteChangeSet", "ListChangeSets"):
        _by_name(action)
    _by_name("DeleteChangeSet", missing_is_fine=True)

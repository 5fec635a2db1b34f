"""How CloudFormation creates, updates, rolls back and deletes a stack, for MiniStack's resource types and ours.

In place of MiniStack's own, which deleted what an update had touched when it failed, never called a failed custom
resource again, reported a stack as deleted whose resources were not, and knew no deletion policies.
"""

import asyncio
import copy
import datetime
import hashlib
import logging
import re
import time
import urllib.parse

import ministack.app as app
from ministack.core.responses import new_uuid, now_iso
from ministack.services import cloudformation, cloudwatch_logs, dynamodb, iam, lambda_svc, s3, sqs, ssm
from ministack.services.cloudformation import changesets, custom_resource, engine, handlers, helpers, provisioners, stacks

logger = logging.getLogger("meshemu")

# Created again they would undo what they take over, or what remains of their old selves.
_REPLACED_FIRST = {"AWS::Lambda::Permission", "AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy",
                   "AWS::SNS::Subscription", "AWS::Lambda::EventInvokeConfig"}
# Types whose explicit name must not be taken: property, and where the names are.
_NAMED = {
    "AWS::S3::Bucket": ("BucketName", s3._buckets), "AWS::DynamoDB::Table": ("TableName", dynamodb._tables),
    "AWS::SSM::Parameter": ("Name", ssm._parameters), "AWS::Lambda::Function": ("FunctionName", lambda_svc._functions),
    "AWS::IAM::Role": ("RoleName", iam._roles), "AWS::Logs::LogGroup": ("LogGroupName", cloudwatch_logs._log_groups),
    "AWS::SQS::Queue": ("QueueName", sqs._queue_name_to_url),
}


class ResourceFailed(Exception):
    """A resource that could not be made, and the id under which it must be deleted nevertheless."""

    def __init__(self, reason: str, physical_id: str | None = None):
        super().__init__(reason)
        self.physical_id = physical_id


# --- One resource ---

def _is_custom(cfn_type: str) -> bool:
    return stacks._is_custom_resource(cfn_type)


async def _call(cfn_type: str, work, *args):
    """Custom resources wait for their function, which needs this loop."""
    return await asyncio.to_thread(work, *args) if _is_custom(cfn_type) else work(*args)


async def _create(stack_name: str, logical_id: str, cfn_type: str, props: dict) -> tuple:
    name_of, taken = _NAMED.get(cfn_type, (None, {}))
    if name_of and props.get(name_of) in taken:
        raise ValueError(f"Resource of type '{cfn_type}' with identifier '{props[name_of]}' already exists.")
    return await _call(cfn_type, provisioners._provision_resource, cfn_type, logical_id, props, stack_name)


async def _update(stack_name: str, logical_id: str, before: dict, props: dict) -> tuple[str, dict, bool]:
    """The updated resource's id and attributes, and whether its old self is still there."""
    cfn_type, old_id, old = before["ResourceType"], before["PhysicalResourceId"], before["Properties"]
    if cfn_type in _REPLACED_FIRST:
        provisioners._delete_resource(cfn_type, old_id, old, stack_name, logical_id)
        return *await _create(stack_name, logical_id, cfn_type, props), False
    has_update = "update" in provisioners._RESOURCE_HANDLERS.get(cfn_type, {})
    name_of, _ = _NAMED.get(cfn_type, (None, None))
    if name_of and not has_update and props.get(name_of) not in (None, old.get(name_of)):
        return *await _create(stack_name, logical_id, cfn_type, props), True
    physical_id, attributes = await _call(
        cfn_type, provisioners._update_resource, cfn_type, old_id, old, props, stack_name, logical_id, before["Attributes"])
    return physical_id, attributes, physical_id != old_id and not has_update


async def _delete(stack_name: str, logical_id: str, resource: dict) -> None:
    cfn_type = resource["ResourceType"]
    await _call(cfn_type, provisioners._delete_resource, cfn_type, resource["PhysicalResourceId"], resource["Properties"],
                stack_name, logical_id)


def _resolve(template: dict, logical_id: str, made: dict, params: dict, conditions: dict, stack: dict) -> dict:
    raw = copy.deepcopy(template["Resources"][logical_id].get("Properties", {}))
    props = engine._resolve_refs(raw, made, params, conditions, template.get("Mappings", {}), stack["StackName"], stack["StackId"])
    return {k: _dynamic(v) for k, v in props.items() if v is not engine._NO_VALUE}


def _dynamic(value):
    """Dynamic references: {{resolve:ssm:name}}."""
    if isinstance(value, dict):
        return {k: _dynamic(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_dynamic(v) for v in value]
    return re.sub(r"\{\{resolve:ssm:([^:}]+)(?::\d+)?\}\}", _ssm_value, value) if isinstance(value, str) else value


def _ssm_value(match: re.Match) -> str:
    found = ssm.resolve_parameter_value(match[1])
    if found is None:
        raise ValueError(f"Unable to retrieve parameter {match[1]} from SSM Parameter store: it does not exist")
    return found


# --- Events and statuses ---

class _Log:
    def __init__(self, stack: dict):
        self.stack = stack

    def resource(self, logical_id, cfn_type, status, physical_id="", reason=""):
        stacks._add_event(self.stack["StackId"], self.stack["StackName"], logical_id, cfn_type, status, reason, physical_id)

    def status(self, status: str, reason: str = "") -> None:
        self.stack |= {"StackStatus": status, "StackStatusReason": reason}
        self.resource(self.stack["StackName"], "AWS::CloudFormation::Stack", status, self.stack["StackId"], reason)


def _record(logical_id, cfn_type, props, physical_id, attributes, status) -> dict:
    return {"PhysicalResourceId": physical_id, "ResourceType": cfn_type, "ResourceStatus": status, "LogicalResourceId": logical_id,
            "Properties": props, "Attributes": attributes or {}, "Timestamp": now_iso()}


# --- Create and update ---

async def _deploy(stack_name, stack_id, template, params, disable_rollback, tags, is_update=False, previous_stack=None):
    stack = cloudformation._stacks[stack_name]
    log, kind = _Log(stack), "UPDATE" if is_update else "CREATE"
    before = (previous_stack or {}).get("_resources", {})
    stack["_resources"] = made = dict(before)
    touched, replaced, failure = [], [], None
    try:
        conditions = engine._evaluate_conditions(template, params)
        order = engine._topological_sort(template.get("Resources", {}), conditions)
    except ValueError as error:
        conditions, order, failure = {}, [], str(error)
    for logical_id in order:
        cfn_type, old = template["Resources"][logical_id].get("Type"), before.get(logical_id)
        status, props = kind if old else "CREATE", {}
        try:
            props = _resolve(template, logical_id, made, params, conditions, stack)
            if old and old["ResourceType"] == cfn_type and old["Properties"] == props:
                continue
            log.resource(logical_id, cfn_type, f"{status}_IN_PROGRESS", (old or {}).get("PhysicalResourceId", ""))
            if old and old["ResourceType"] == cfn_type:
                physical_id, attributes, remains = await _update(stack_name, logical_id, old, props)
            else:
                (physical_id, attributes), remains = await _create(stack_name, logical_id, cfn_type, props), bool(old)
        except Exception as error:
            logger.error("%s %s (%s) failed: %s", status, logical_id, cfn_type, error)
            physical_id = getattr(error, "physical_id", None) or (old or {}).get("PhysicalResourceId")
            if physical_id:  # it may have been made or changed in part
                made[logical_id] = _record(logical_id, cfn_type, props, physical_id, {}, f"{status}_FAILED")
                touched.append(logical_id)
            log.resource(logical_id, cfn_type, f"{status}_FAILED", physical_id or "", str(error))
            failure = f"The following resource(s) failed to {status.lower()}: [{logical_id}]. "
            break
        made[logical_id] = _record(logical_id, cfn_type, props, physical_id, attributes, f"{status}_COMPLETE")
        touched.append(logical_id)
        replaced += [(logical_id, old)] if remains else []
        log.resource(logical_id, cfn_type, f"{status}_COMPLETE", physical_id)
    if failure is None:
        try:
            outputs = _outputs(template, made, params, conditions, stack)
        except ValueError as error:
            failure = str(error)
    if failure and disable_rollback:
        return log.status(f"{kind}_FAILED", failure)
    if failure and is_update:
        return await _roll_back_update(log, template, previous_stack, made, touched, replaced, failure)
    if failure:
        return await _roll_back_create(log, template, made, touched, failure)
    stack |= {"_template": template, "_resolved_params": params, "Outputs": outputs, "Description": template.get("Description", "")}
    if is_update:
        removed = [(name, before[name]) for name in reversed(_order(previous_stack["_template"], before)) if name not in order]
        await _clean_up(log, previous_stack["_template"], removed, replaced)
        for logical_id, _ in removed:
            made.pop(logical_id, None)
    log.status(f"{kind}_COMPLETE")


def _outputs(template, made, params, conditions, stack) -> list:
    outputs = []
    for key, defined in template.get("Outputs", {}).items():
        if not conditions.get(defined.get("Condition"), True):
            continue
        resolve = lambda value: str(engine._resolve_refs(copy.deepcopy(value), made, params, conditions, template.get("Mappings", {}),
                                                         stack["StackName"], stack["StackId"]))
        output = {"OutputKey": key, "OutputValue": resolve(defined.get("Value", "")), "Description": defined.get("Description", "")}
        if defined.get("Export"):
            output["ExportName"] = resolve(defined["Export"]["Name"])
            cloudformation._exports[output["ExportName"]] = {"StackId": stack["StackId"], "Name": output["ExportName"], "Value": output["OutputValue"]}
        outputs.append(output)
    return outputs


def _order(template: dict, resources: dict) -> list[str]:
    """Resources as they depend on each other, first those that others need."""
    declared = {name: defined for name, defined in template.get("Resources", {}).items() if name in resources}
    return engine._topological_sort(declared, {}) + [name for name in resources if name not in declared]


async def _clean_up(log: _Log, template: dict, removed: list, replaced: list) -> None:
    """After an update: delete what it removed or replaced. What cannot be deleted is left, and the update holds."""
    declared = template.get("Resources", {})
    for policy, entries in (("UpdateReplacePolicy", replaced), ("DeletionPolicy", removed)):
        for logical_id, resource in entries:
            cfn_type, physical_id = resource["ResourceType"], resource["PhysicalResourceId"]
            if declared.get(logical_id, {}).get(policy, "Delete").startswith("Retain"):
                log.resource(logical_id, cfn_type, "DELETE_SKIPPED", physical_id)
                continue
            try:
                await _delete(log.stack["StackName"], logical_id, resource)
                log.resource(logical_id, cfn_type, "DELETE_COMPLETE", physical_id)
            except Exception as error:
                log.resource(logical_id, cfn_type, "DELETE_FAILED", physical_id, str(error))


async def _roll_back_create(log: _Log, template: dict, made: dict, touched: list, failure: str) -> None:
    log.status("ROLLBACK_IN_PROGRESS", failure)
    kept = []
    for logical_id in reversed(touched):
        policy = template["Resources"][logical_id].get("DeletionPolicy", "Delete")
        if not await _delete_or_keep(log, logical_id, made, policy == "Retain"):
            kept.append(logical_id)
    log.status("ROLLBACK_FAILED" if kept else "ROLLBACK_COMPLETE", _not_deleted(kept))


async def _roll_back_update(log: _Log, template, previous, made, touched, replaced, failure: str) -> None:
    """Update back what was updated, as it depends on each other; delete what was created."""
    log.status("UPDATE_ROLLBACK_IN_PROGRESS", failure)
    before, stack_name, stuck = previous["_resources"], log.stack["StackName"], []
    left = {logical_id for logical_id, _ in replaced}
    for logical_id in [name for name in _order(previous["_template"], before) if name in touched]:
        now, old = made[logical_id], before[logical_id]
        try:
            log.resource(logical_id, now["ResourceType"], "UPDATE_IN_PROGRESS", now["PhysicalResourceId"])
            if logical_id in left or now["ResourceType"] != old["ResourceType"]:
                if not _is_custom(now["ResourceType"]):
                    await _delete(stack_name, logical_id, now)  # its old self is still there
                    made[logical_id] = old
                    continue
            physical_id, attributes, _ = await _update(stack_name, logical_id, now, old["Properties"])
            if physical_id != now["PhysicalResourceId"] and _is_custom(now["ResourceType"]):
                await _delete(stack_name, logical_id, now)
            made[logical_id] = {**old, "PhysicalResourceId": physical_id, "Attributes": attributes or old["Attributes"]}
            log.resource(logical_id, old["ResourceType"], "UPDATE_COMPLETE", physical_id)
        except Exception as error:
            stuck.append(logical_id)
            log.resource(logical_id, now["ResourceType"], "UPDATE_FAILED", now["PhysicalResourceId"], str(error))
    if not stuck:
        for logical_id in [name for name in reversed(touched) if name not in before]:
            await _delete_or_keep(log, logical_id, made, template["Resources"][logical_id].get("DeletionPolicy") == "Retain")
            made.pop(logical_id, None)
    log.stack |= {k: previous[k] for k in ("_template", "_template_body", "_resolved_params", "Outputs")}
    log.status("UPDATE_ROLLBACK_FAILED" if stuck else "UPDATE_ROLLBACK_COMPLETE",
               f"The following resource(s) failed to update: [{', '.join(stuck)}]. " if stuck else "")


# --- Delete ---

async def _delete_or_keep(log: _Log, logical_id: str, made: dict, keep: bool) -> bool:
    resource = made[logical_id]
    cfn_type, physical_id = resource["ResourceType"], resource["PhysicalResourceId"]
    if keep:
        log.resource(logical_id, cfn_type, "DELETE_SKIPPED", physical_id)
    else:
        log.resource(logical_id, cfn_type, "DELETE_IN_PROGRESS", physical_id)
        try:
            await _delete(log.stack["StackName"], logical_id, resource)
        except Exception as error:
            logger.warning("DELETE %s (%s) failed: %s", logical_id, cfn_type, error)
            resource["ResourceStatus"] = "DELETE_FAILED"
            log.resource(logical_id, cfn_type, "DELETE_FAILED", physical_id, str(error))
            return False
        log.resource(logical_id, cfn_type, "DELETE_COMPLETE", physical_id)
    del made[logical_id]
    return True


def _not_deleted(names: list[str]) -> str:
    return f"The following resource(s) failed to delete: [{', '.join(names)}]. " if names else ""


async def _delete_stack(stack_name: str, stack_id: str) -> None:
    """Delete in reverse order; what another resource needs that could not be deleted stays too."""
    stack = cloudformation._stacks.get(stack_name)
    if not stack:
        return
    log, made, declared = _Log(stack), stack.get("_resources", {}), stack.get("_template", {}).get("Resources", {})
    log.status("DELETE_IN_PROGRESS", "User Initiated")
    failed, needed = [], set()
    for logical_id in reversed(_order(stack.get("_template", {}), made)):
        defined = declared.get(logical_id, {})
        keep = defined.get("DeletionPolicy", "Delete").startswith("Retain")
        tried = logical_id not in needed
        if not tried or not await _delete_or_keep(log, logical_id, made, keep):
            failed += [logical_id] if tried else []
            needed |= engine._extract_deps(defined, set(made))
    if failed:
        return log.status("DELETE_FAILED", _not_deleted(failed))
    for output in stack.get("Outputs", []):
        cloudformation._exports.pop(output.get("ExportName"), None)
    log.status("DELETE_COMPLETE")


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


# --- Custom resources ---

def _invoke(request_type, logical_id, props, stack_name, stack_id, resource_type, physical_id=None, old_props=None) -> tuple:
    """Call a custom resource's function and wait for its answer; fails at once when the function does."""
    function, config, _ = lambda_svc._get_func_record_for_ref(props.get("ServiceToken", ""))
    if function is None:
        raise ResourceFailed(f"Custom resource's ServiceToken {props.get('ServiceToken')} is no function that exists", physical_id)
    token, request_id = new_uuid(), new_uuid()
    event = {"RequestType": request_type, "RequestId": request_id, "StackId": stack_id, "LogicalResourceId": logical_id,
             "ResponseURL": custom_resource._response_url(token), "ResourceType": resource_type, "ServiceToken": props["ServiceToken"],
             "ResourceProperties": custom_resource._normalise_resource_properties(props)}
    if physical_id is not None:
        event["PhysicalResourceId"] = physical_id
    if old_props is not None:
        event["OldResourceProperties"] = custom_resource._normalise_resource_properties(old_props)
    made_up = physical_id or f"{stack_name}-{logical_id}-{request_id[:8].upper()}"  # AWS deletes what never answered under such an id
    answered = custom_resource.register_token(token)
    result = lambda_svc._execute_function_with_config_scope(lambda_svc._execution_record_for_config(function, config), event)
    if isinstance(result, dict) and result.get("error") and not answered.is_set():
        raise ResourceFailed(f"The custom resource's function failed: {str(result.get('body'))[:600]}", made_up)
    if not answered.wait(int(props.get("ServiceTimeout") or 3600)):
        raise ResourceFailed("CloudFormation did not receive a response from your Custom Resource. "
                             f"Please check your logs for requestId [{request_id}].", made_up)
    answer = custom_resource._pending.pop(token)["result"]
    given = answer.get("PhysicalResourceId")
    if answer.get("Status") == "FAILED":
        raise ResourceFailed(f"Received response status [FAILED] from custom resource. Message returned: {answer.get('Reason')} "
                             f"(RequestId: {request_id})", given or made_up)
    if not given:
        raise ResourceFailed("Invalid PhysicalResourceId", made_up)
    return given, answer.get("Data") or {}


# --- Events, names and changes ---

def _add_event(stack_id, *args, **more) -> None:
    """Events are read newest first, by their time: seconds do not tell them apart."""
    _ministack_add_event(stack_id, *args, **more)
    cloudformation._stack_events[stack_id][-1]["Timestamp"] = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _physical_name(stack_name, logical_id, *, lowercase=False, max_len=128) -> str:
    """A name that lasts as long as its stack: a stack of the same name that comes later makes others, as on AWS."""
    stack = cloudformation._stacks.get(stack_name) or {}
    suffix = hashlib.sha256(f"{stack.get('StackId', stack_name)}:{logical_id}".encode()).hexdigest()[:12]
    name = f"{f'{stack_name}-{logical_id}'[:max_len - 13]}-{suffix if lowercase else suffix.upper()}"
    return name.lower() if lowercase else name


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
    global _ministack_add_event, _ministack_delete_stack, _ministack_diff
    _ministack_add_event, _ministack_diff = stacks._add_event, stacks._diff_resources
    for module in (stacks, handlers, changesets):
        module._deploy_stack_async, module._diff_resources, module._add_event = _deploy, _diff, _add_event
    stacks._delete_stack_async = handlers._delete_stack_async = _delete_stack
    _ministack_delete_stack, handlers._ACTION_HANDLERS["DeleteStack"] = handlers._ACTION_HANDLERS["DeleteStack"], _delete_stack_by_arn
    _answer_when_done()
    for action in ("DescribeChangeSet", "ExecuteChangeSet", "ListChangeSets"):
        _by_name(action)
    _by_name("DeleteChangeSet", missing_is_fine=True)
    custom_resource.invoke_custom_resource = _invoke
    provisioners._physical_name = _physical_name

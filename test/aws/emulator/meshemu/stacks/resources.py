"""One resource of a stack: its properties, and creating, updating and deleting it by the handlers of its type."""

import asyncio
import copy
import re

from ministack.services import cloudwatch_logs, dynamodb, iam, lambda_svc, s3, sqs, ssm
from ministack.services.cloudformation import engine, provisioners, stacks

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


def is_custom(cfn_type: str) -> bool:
    return stacks._is_custom_resource(cfn_type)


async def _call(cfn_type: str, work, *args):
    """Custom resources wait for their function, which needs this loop."""
    return await asyncio.to_thread(work, *args) if is_custom(cfn_type) else work(*args)


async def create(stack_name: str, logical_id: str, cfn_type: str, props: dict) -> tuple:
    name_of, taken = _NAMED.get(cfn_type, (None, {}))
    if name_of and props.get(name_of) in taken:
        raise ValueError(f"Resource of type '{cfn_type}' with identifier '{props[name_of]}' already exists.")
    return await _call(cfn_type, provisioners._provision_resource, cfn_type, logical_id, props, stack_name)


async def update(stack_name: str, logical_id: str, before: dict, props: dict) -> tuple[str, dict, bool]:
    """The updated resource's id and attributes, and whether its old self is still there."""
    cfn_type, old_id, old = before["ResourceType"], before["PhysicalResourceId"], before["Properties"]
    if cfn_type in _REPLACED_FIRST:
        provisioners._delete_resource(cfn_type, old_id, old, stack_name, logical_id)
        return *await create(stack_name, logical_id, cfn_type, props), False
    has_update = "update" in provisioners._RESOURCE_HANDLERS.get(cfn_type, {})
    name_of, _ = _NAMED.get(cfn_type, (None, None))
    if name_of and not has_update and props.get(name_of) not in (None, old.get(name_of)):
        return *await create(stack_name, logical_id, cfn_type, props), True
    physical_id, attributes = await _call(
        cfn_type, provisioners._update_resource, cfn_type, old_id, old, props, stack_name, logical_id, before["Attributes"])
    return physical_id, attributes, physical_id != old_id and not has_update


async def delete(stack_name: str, logical_id: str, resource: dict) -> None:
    cfn_type = resource["ResourceType"]
    await _call(cfn_type, provisioners._delete_resource, cfn_type, resource["PhysicalResourceId"], resource["Properties"],
                stack_name, logical_id)


def resolve(template: dict, logical_id: str, made: dict, params: dict, conditions: dict, stack: dict) -> dict:
    """A resource's properties, without references."""
    props = resolve_value(template["Resources"][logical_id].get("Properties", {}), template, made, params, conditions, stack)
    return {k: _dynamic(v) for k, v in props.items() if v is not engine._NO_VALUE}


def resolve_value(value, template: dict, made: dict, params: dict, conditions: dict, stack: dict):
    return engine._resolve_refs(copy.deepcopy(value), made, params, conditions, template.get("Mappings", {}), stack["StackName"], stack["StackId"])


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

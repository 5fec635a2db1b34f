"""What becomes of a stack and its resources, as its events and statuses tell."""

import datetime

from ministack.core.responses import now_iso
from ministack.services import cloudformation
from ministack.services.cloudformation import changesets, handlers, stacks


class Log:
    def __init__(self, stack: dict):
        self.stack = stack

    def resource(self, logical_id, cfn_type, status, physical_id="", reason=""):
        stacks._add_event(self.stack["StackId"], self.stack["StackName"], logical_id, cfn_type, status, reason, physical_id)

    def status(self, status: str, reason: str = "") -> None:
        self.stack |= {"StackStatus": status, "StackStatusReason": reason}
        self.resource(self.stack["StackName"], "AWS::CloudFormation::Stack", status, self.stack["StackId"], reason)


def record(logical_id, cfn_type, props, physical_id, attributes, status) -> dict:
    return {"PhysicalResourceId": physical_id, "ResourceType": cfn_type, "ResourceStatus": status, "LogicalResourceId": logical_id,
            "Properties": props, "Attributes": attributes or {}, "Timestamp": now_iso()}


def _add_event(stack_id, *args, **more) -> None:
    """Events are read newest first, by their time: seconds do not tell them apart."""
    _ministack_add_event(stack_id, *args, **more)
    cloudformation._stack_events[stack_id][-1]["Timestamp"] = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def install() -> None:
    global _ministack_add_event
    _ministack_add_event = stacks._add_event
    for module in (stacks, handlers, changesets):
        module._add_event = _add_event

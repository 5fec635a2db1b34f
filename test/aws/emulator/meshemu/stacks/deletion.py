"""Deleting a stack, and what of a stack is not needed any more."""

import logging

from ministack.services import cloudformation
from ministack.services.cloudformation import engine, handlers, stacks

from meshemu.stacks import resources
from meshemu.stacks.events import Log

logger = logging.getLogger("meshemu")


def in_order(template: dict, made: dict) -> list[str]:
    """Resources as they depend on each other, first those that others need."""
    declared = {name: defined for name, defined in template.get("Resources", {}).items() if name in made}
    return engine._topological_sort(declared, {}) + [name for name in made if name not in declared]


async def delete_or_keep(log: Log, logical_id: str, made: dict, keep: bool) -> bool:
    resource = made[logical_id]
    cfn_type, physical_id = resource["ResourceType"], resource["PhysicalResourceId"]
    if keep:
        log.resource(logical_id, cfn_type, "DELETE_SKIPPED", physical_id)
    else:
        log.resource(logical_id, cfn_type, "DELETE_IN_PROGRESS", physical_id)
        try:
            await resources.delete(log.stack["StackName"], logical_id, resource)
        except Exception as error:
            logger.warning("DELETE %s (%s) failed: %s", logical_id, cfn_type, error)
            resource["ResourceStatus"] = "DELETE_FAILED"
            log.resource(logical_id, cfn_type, "DELETE_FAILED", physical_id, str(error))
            return False
        log.resource(logical_id, cfn_type, "DELETE_COMPLETE", physical_id)
    del made[logical_id]
    return True


def not_deleted(names: list[str]) -> str:
    return f"The following resource(s) failed to delete: [{', '.join(names)}]. " if names else ""


async def _delete_stack(stack_name: str, stack_id: str) -> None:
    """Delete in reverse order; what another resource needs that could not be deleted stays too."""
    stack = cloudformation._stacks.get(stack_name)
    if not stack:
        return
    log, made, declared = Log(stack), stack.get("_resources", {}), stack.get("_template", {}).get("Resources", {})
    log.status("DELETE_IN_PROGRESS", "User Initiated")
    failed, needed = [], set()
    for logical_id in reversed(in_order(stack.get("_template", {}), made)):
        defined = declared.get(logical_id, {})
        keep = defined.get("DeletionPolicy", "Delete").startswith("Retain")
        tried = logical_id not in needed
        if not tried or not await delete_or_keep(log, logical_id, made, keep):
            failed += [logical_id] if tried else []
            needed |= engine._extract_deps(defined, set(made))
    if failed:
        return log.status("DELETE_FAILED", not_deleted(failed))
    for output in stack.get("Outputs", []):
        cloudformation._exports.pop(output.get("ExportName"), None)
    log.status("DELETE_COMPLETE")


async def clean_up(log: Log, template: dict, removed: list, replaced: list) -> None:
    """After an update: delete what it removed or replaced. What cannot be deleted is left, and the update holds."""
    declared = template.get("Resources", {})
    for policy, entries in (("UpdateReplacePolicy", replaced), ("DeletionPolicy", removed)):
        for logical_id, resource in entries:
            cfn_type, physical_id = resource["ResourceType"], resource["PhysicalResourceId"]
            if declared.get(logical_id, {}).get(policy, "Delete").startswith("Retain"):
                log.resource(logical_id, cfn_type, "DELETE_SKIPPED", physical_id)
                continue
            try:
                await resources.delete(log.stack["StackName"], logical_id, resource)
                log.resource(logical_id, cfn_type, "DELETE_COMPLETE", physical_id)
            except Exception as error:
                log.resource(logical_id, cfn_type, "DELETE_FAILED", physical_id, str(error))


def install() -> None:
    stacks._delete_stack_async = handlers._delete_stack_async = _delete_stack

"""Creating and updating a stack, resource by resource; what fails is taken back."""

import logging

from ministack.services import cloudformation
from ministack.services.cloudformation import changesets, engine, handlers, stacks

from meshemu.stacks import resources
from meshemu.stacks.deletion import clean_up, in_order
from meshemu.stacks.events import Log, record
from meshemu.stacks.rollback import roll_back_create, roll_back_update

logger = logging.getLogger("meshemu")


async def _deploy(stack_name, stack_id, template, params, disable_rollback, tags, is_update=False, previous_stack=None):
    stack = cloudformation._stacks[stack_name]
    log, kind = Log(stack), "UPDATE" if is_update else "CREATE"
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
            props = resources.resolve(template, logical_id, made, params, conditions, stack)
            if old and old["ResourceType"] == cfn_type and old["Properties"] == props:
                continue
            log.resource(logical_id, cfn_type, f"{status}_IN_PROGRESS", (old or {}).get("PhysicalResourceId", ""))
            if old and old["ResourceType"] == cfn_type:
                physical_id, attributes, remains = await resources.update(stack_name, logical_id, old, props)
            else:
                (physical_id, attributes), remains = await resources.create(stack_name, logical_id, cfn_type, props), bool(old)
        except Exception as error:
            logger.error("%s %s (%s) failed: %s", status, logical_id, cfn_type, error)
            physical_id = getattr(error, "physical_id", None) or (old or {}).get("PhysicalResourceId")
            if physical_id:  # it may have been made or changed in part
                made[logical_id] = record(logical_id, cfn_type, props, physical_id, {}, f"{status}_FAILED")
                touched.append(logical_id)
            log.resource(logical_id, cfn_type, f"{status}_FAILED", physical_id or "", str(error))
            failure = f"The following resource(s) failed to {status.lower()}: [{logical_id}]. "
            break
        made[logical_id] = record(logical_id, cfn_type, props, physical_id, attributes, f"{status}_COMPLETE")
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
        return await roll_back_update(log, template, previous_stack, made, touched, replaced, failure)
    if failure:
        return await roll_back_create(log, template, made, touched, failure)
    stack |= {"_template": template, "_resolved_params": params, "Outputs": outputs, "Description": template.get("Description", "")}
    if is_update:
        removed = [(name, before[name]) for name in reversed(in_order(previous_stack["_template"], before)) if name not in order]
        await clean_up(log, previous_stack["_template"], removed, replaced)
        for logical_id, _ in removed:
            made.pop(logical_id, None)
    log.status(f"{kind}_COMPLETE")


def _outputs(template, made, params, conditions, stack) -> list:
    outputs = []
    for key, defined in template.get("Outputs", {}).items():
        if not conditions.get(defined.get("Condition"), True):
            continue
        resolve = lambda value: str(resources.resolve_value(value, template, made, params, conditions, stack))
        output = {"OutputKey": key, "OutputValue": resolve(defined.get("Value", "")), "Description": defined.get("Description", "")}
        if defined.get("Export"):
            output["ExportName"] = resolve(defined["Export"]["Name"])
            cloudformation._exports[output["ExportName"]] = {"StackId": stack["StackId"], "Name": output["ExportName"], "Value": output["OutputValue"]}
        outputs.append(output)
    return outputs


def install() -> None:
    for module in (stacks, handlers, changesets):
        module._deploy_stack_async = _deploy

"""Taking a failed creation or update of a stack back."""

from meshemu.stacks import resources
from meshemu.stacks.deletion import delete_or_keep, in_order, not_deleted
from meshemu.stacks.events import Log


async def roll_back_create(log: Log, template: dict, made: dict, touched: list, failure: str) -> None:
    log.status("ROLLBACK_IN_PROGRESS", failure)
    kept = []
    for logical_id in reversed(touched):
        policy = template["Resources"][logical_id].get("DeletionPolicy", "Delete")
        if not await delete_or_keep(log, logical_id, made, policy == "Retain"):
            kept.append(logical_id)
    log.status("ROLLBACK_FAILED" if kept else "ROLLBACK_COMPLETE", not_deleted(kept))


async def roll_back_update(log: Log, template, previous, made, touched, replaced, failure: str) -> None:
    """Update back what was updated, as it depends on each other; delete what was created."""
    log.status("UPDATE_ROLLBACK_IN_PROGRESS", failure)
    before, stack_name, stuck = previous["_resources"], log.stack["StackName"], []
    left = {logical_id for logical_id, _ in replaced}
    for logical_id in [name for name in in_order(previous["_template"], before) if name in touched]:
        now, old = made[logical_id], before[logical_id]
        try:
            log.resource(logical_id, now["ResourceType"], "UPDATE_IN_PROGRESS", now["PhysicalResourceId"])
            if logical_id in left or now["ResourceType"] != old["ResourceType"]:
                if not resources.is_custom(now["ResourceType"]):
                    await resources.delete(stack_name, logical_id, now)  # its old self is still there
                    made[logical_id] = old
                    continue
            physical_id, attributes, _ = await resources.update(stack_name, logical_id, now, old["Properties"])
            if physical_id != now["PhysicalResourceId"] and resources.is_custom(now["ResourceType"]):
                await resources.delete(stack_name, logical_id, now)
            made[logical_id] = {**old, "PhysicalResourceId": physical_id, "Attributes": attributes or old["Attributes"]}
            log.resource(logical_id, old["ResourceType"], "UPDATE_COMPLETE", physical_id)
        except Exception as error:
            stuck.append(logical_id)
            log.resource(logical_id, now["ResourceType"], "UPDATE_FAILED", now["PhysicalResourceId"], str(error))
    if not stuck:
        for logical_id in [name for name in reversed(touched) if name not in before]:
            await delete_or_keep(log, logical_id, made, template["Resources"][logical_id].get("DeletionPolicy") == "Retain")
            made.pop(logical_id, None)
    log.stack |= {k: previous[k] for k in ("_template", "_template_body", "_resolved_params", "Outputs")}
    log.status("UPDATE_ROLLBACK_FAILED" if stuck else "UPDATE_ROLLBACK_COMPLETE",
               f"The following resource(s) failed to update: [{', '.join(stuck)}]. " if stuck else "")

"""Custom resources: their function is called, its answer awaited, its failure told at once."""

from ministack.core.responses import new_uuid
from ministack.services import lambda_svc
from ministack.services.cloudformation import custom_resource


class ResourceFailed(Exception):
    """A resource that could not be made, and the id under which it must be deleted nevertheless."""

    def __init__(self, reason: str, physical_id: str | None = None):
        super().__init__(reason)
        self.physical_id = physical_id


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


def install() -> None:
    custom_resource.invoke_custom_resource = _invoke

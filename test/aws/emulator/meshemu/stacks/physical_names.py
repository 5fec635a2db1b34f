"""Names of resources that a template does not name."""

import hashlib

from ministack.services import cloudformation
from ministack.services.cloudformation import provisioners


def _physical_name(stack_name, logical_id, *, lowercase=False, max_len=128) -> str:
    """A name that lasts as long as its stack: a stack of the same name that comes later makes others, as on AWS."""
    stack = cloudformation._stacks.get(stack_name) or {}
    suffix = hashlib.sha256(f"{stack.get('StackId', stack_name)}:{logical_id}".encode()).hexdigest()[:12]
    name = f"{f'{stack_name}-{logical_id}'[:max_len - 13]}-{suffix if lowercase else suffix.upper()}"
    return name.lower() if lowercase else name


def install() -> None:
    provisioners._physical_name = _physical_name

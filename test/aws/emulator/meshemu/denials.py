"""Calls that were refused, for tests to look at: each is in the log as `DENIED …` and in `GET /_meshemu/denials`."""

import logging

from meshemu import identity

logger = logging.getLogger("meshemu")
denials: list[dict] = []


def record(action: str, resource: str, by: str) -> str:
    """Remember that the caller may not do this; returns what AWS says of it. `by`: "IAM", "trust policy" or "Lake Formation"."""
    who = identity.principal()
    denials.append({"principal": who, "action": action, "resource": resource, "by": by})
    logger.warning("DENIED by %s: %s %s on %s", by, who, action, resource)
    return f"User: {who} is not authorized to perform: {action} on resource: {resource}"

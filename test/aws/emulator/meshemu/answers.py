"""Answers of services: what is in one, and a page of a long one."""

import json


def body_of(response: tuple) -> dict:
    """The body of a service's response, or its error raised."""
    status, _, body = response
    data = json.loads(body or b"{}")
    if status >= 400:
        raise ValueError(f"{data.get('__type')}: {data.get('message')}")
    return data


def page(name: str, found: list, asked: dict, most: int = 100) -> dict:
    """What a request's MaxResults and NextToken ask for, under this name."""
    start, size = int(asked.get("NextToken") or 0), int(asked.get("MaxResults") or most)
    more = {"NextToken": str(start + size)} if start + size < len(found) else {}
    return {name: found[start:start + size], **more}

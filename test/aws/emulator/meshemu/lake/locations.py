"""Places in S3 whose data Lake Formation hands out."""

import time

from meshemu.lake import stores
from meshemu.lake.errors import LakeFormationError, missing


def register(data: dict) -> None:
    if data["ResourceArn"] in stores.locations:
        raise LakeFormationError("AlreadyExistsException", "Resource is already registered")
    stores.locations[data["ResourceArn"]] = {**data, "LastModified": int(time.time())}


def deregister(data: dict) -> None:
    if stores.locations.pop(data["ResourceArn"], None) is None:
        raise missing(data["ResourceArn"])


def update(data: dict) -> None:
    stores.locations[data["ResourceArn"]] = {**_registration(data), **data, "LastModified": int(time.time())}


def describe(data: dict) -> dict:
    return {"ResourceInfo": _registration(data)}


def _registration(data: dict) -> dict:
    if data["ResourceArn"] not in stores.locations:
        raise missing(f"Resource {data['ResourceArn']}")
    return stores.locations[data["ResourceArn"]]


def registered(location: str) -> str | None:
    """The registered ARN that a location lies in."""
    arn = "arn:aws:s3:::" + location.removeprefix("s3://").rstrip("/") + "/"
    return next((r for r in stores.locations if covers(r, arn)), None)


def covers(arn: str, inner: str) -> bool:
    """Whether `inner` lies in the place that an ARN of S3 names, with or without `/*` at its end."""
    return inner.startswith(arn.rstrip("/*") + "/")

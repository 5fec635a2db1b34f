"""Objects in S3 by their addresses, `s3://bucket/key`."""

import os

from ministack.core.responses import get_account_id
from ministack.services import s3


def parts_of(address: str) -> tuple[str, str]:
    """The bucket, and the key."""
    bucket, _, key = address.removeprefix("s3://").partition("/")
    return bucket, key.lstrip("/")


def arn_of(address: str) -> str:
    return f"arn:aws:s3:::{'/'.join(parts_of(address))}"


def local_path(address: str) -> str:
    """Where MiniStack keeps an object."""
    return os.path.join(s3.DATA_DIR, get_account_id(), *parts_of(address))


def below(location: str) -> list[str]:
    """The addresses of all that lies below a location."""
    bucket, prefix = parts_of(location.rstrip("/") + "/")
    keys = list(s3._buckets.get(bucket, {"objects": {}})["objects"])
    return sorted(f"s3://{bucket}/{key}" for key in keys if key.startswith(prefix))


def put(address: str, body: bytes) -> str | None:
    """Write an object; returns what S3 says if it refuses."""
    status, _, error = s3._put_object(*parts_of(address), body, {"content-length": str(len(body))})
    return error.decode() if status >= 300 else None


def delete(addresses: list[str]) -> None:
    for address in addresses:
        s3._delete_object(*parts_of(address))

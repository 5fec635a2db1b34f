"""Who was granted what: the permissions themselves, whoever asks for them."""

from collections.abc import Iterator

from ministack.services import glue

from meshemu.lake import stores
from meshemu.lake.errors import invalid, missing
from meshemu.lake.resources import key_of, lies_in, of_key


def grant(principal: str, resource: dict, permissions: list, grantable: list = ()) -> None:
    for kind, body in resource.items():
        if kind in ("Table", "TableWithColumns") and "Name" in body and "CatalogId" not in body \
                and f"{body['DatabaseName']}/{body['Name']}" not in glue._tables:
            raise missing(f"Table {body['DatabaseName']}.{body['Name']}")
        if kind == "DataCellsFilter" and (body["DatabaseName"], body["TableName"], body["Name"]) not in stores.filters:
            raise missing(f"Data cells filter {body['Name']}")
    held = stores.grants.setdefault((principal, key_of(resource)), {"Permissions": [], "PermissionsWithGrantOption": []})
    held["Permissions"] = sorted({*held["Permissions"], *permissions})
    held["PermissionsWithGrantOption"] = sorted({*held["PermissionsWithGrantOption"], *grantable})


def grant_defaults(resource: dict, defaults: list) -> None:
    """What the settings, or a database, give everybody on what is new."""
    for each in defaults:
        grant(each["Principal"]["DataLakePrincipalIdentifier"], resource, each["Permissions"])


def revoke(principal: str, resource: dict, permissions: list) -> None:
    key = (principal, key_of(resource))
    held = stores.grants.get(key)
    if held is None or not set(permissions) <= set(held["Permissions"]):
        raise invalid(f"No permissions revoked. Grantee does not have: {permissions}")
    for field in held:
        held[field] = [p for p in held[field] if p not in permissions]
    if not held["Permissions"]:
        del stores.grants[key]


def held_by(principals: set[str]) -> Iterator[tuple[str, dict, set[str]]]:
    """What any of these principals were granted: a resource's kind and body, and the permissions on it."""
    for (principal, resource), held in list(stores.grants.items()):
        if principal in principals:
            yield *of_key(resource), set(held["Permissions"])


def grantable_by(principal: str, resource: dict) -> set[str]:
    return set(stores.grants.get((principal, key_of(resource)), {}).get("PermissionsWithGrantOption", []))


def forget(gone) -> None:
    """Delete all grants on resources whose key is `gone`."""
    for key in [key for key in stores.grants if gone(key[1])]:
        del stores.grants[key]


def forget_below(database: str, table: str | None = None) -> None:
    """What was granted on a database or table, and its tags, go with it."""
    forget(lambda resource: lies_in(resource, database, table))
    for key in [key for key in stores.tagged if lies_in(key, database, table)]:
        del stores.tagged[key]

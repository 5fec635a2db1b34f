"""GrantPermissions, RevokePermissions, their batches, and ListPermissions: for whom, and how they show what was granted."""

from meshemu import access, denials, identity
from meshemu.answers import page
from meshemu.lake import grants, stores
from meshemu.lake.errors import LakeFormationError, invalid
from meshemu.lake.resources import key_of, of_key

faults: dict[str, int] = {}  # action -> how many of its next entries fail (see control.py)
_BATCH = 20  # entries in a batch, at most


def _principal(data: dict) -> str:
    return data["Principal"]["DataLakePrincipalIdentifier"]


def denied(action: str, why: str) -> LakeFormationError:
    denials.record(f"lakeformation:{action}", "*", "Lake Formation")
    return LakeFormationError("AccessDeniedException", f"Insufficient Lake Formation permission(s): {why}")


# --- Granting ---

def grant(data: dict) -> None:
    _require_grant_option(data)
    if not identity.exists(_principal(data)):
        raise invalid("Invalid principal")
    grants.grant(_principal(data), _as_granted(data["Resource"]), data["Permissions"], data.get("PermissionsWithGrantOption", []))


def revoke(data: dict) -> None:
    _require_grant_option(data)
    grants.revoke(_principal(data), _as_granted(data["Resource"]), data["Permissions"])


def _require_grant_option(data: dict) -> None:
    """Administrators grant and revoke anything; others what they hold with the right to pass it on."""
    if access.may_administer():
        return
    mine = grants.grantable_by(identity.principal(), data["Resource"])
    if "ALL" not in mine and not set(data["Permissions"]) <= mine:
        raise denied("GrantPermissions", "the grantor has no grant option on the resource")


def _as_granted(resource: dict) -> dict:
    """SELECT on all columns of a table is SELECT on the table."""
    body = dict(resource.get("TableWithColumns") or {})
    if body.get("ColumnNames") or not body or (body.get("ColumnWildcard") or {}).get("ExcludedColumnNames"):
        return resource
    body.pop("ColumnWildcard", None)
    return {"Table": body}


def in_batches(action: str, apply):
    def run(data: dict) -> dict:
        failures = []
        if len(data.get("Entries", [])) > _BATCH:
            raise invalid(f"A batch has {_BATCH} entries at most")
        for entry in data.get("Entries", []):
            try:
                if faults.get(action, 0) > 0:
                    faults[action] -= 1
                    raise LakeFormationError("ConcurrentModificationException", "Another process modified the permissions")
                apply(entry)
            except LakeFormationError as error:
                failures.append({"RequestEntry": entry,
                                 "Error": {"ErrorCode": error.code, "ErrorMessage": str(error)}})
        return {"Failures": failures}
    return run


# --- Listing ---

_KINDS = {"CATALOG": {"Catalog"}, "DATABASE": {"Database"}, "TABLE": {"Table", "TableWithColumns"}, "DATA_LOCATION": {"DataLocation"},
          "LF_TAG": {"LFTag"}, "LF_TAG_POLICY": {"LFTagPolicy"}, "LF_TAG_POLICY_DATABASE": {"LFTagPolicy"}, "LF_TAG_POLICY_TABLE": {"LFTagPolicy"}}


def list_all(data: dict) -> dict:
    """Who has what; to whoever does not administer the data lake, only what they have themselves."""
    related = data.get("IncludeRelated") == "TRUE"
    if related and data.get("Principal"):
        raise invalid("IncludeRelated and Principal exclude each other")
    wanted, kinds = data.get("Resource"), _KINDS.get(data.get("ResourceType"))
    only = _principal(data) if data.get("Principal") else None if access.may_administer() else identity.principal()
    found = [listed for (principal, resource), held in list(stores.grants.items())
             if only in (None, principal) and (not wanted or _concerns(wanted, resource, related))
             for listed in _listed(principal, resource, held) if not kinds or kinds & listed["Resource"].keys()]
    return page("PrincipalResourcePermissions", found, data)


def _concerns(wanted: dict, resource: str, related: bool) -> bool:
    """Whether a grant on `resource` is asked for by `wanted`: of a table also those on its columns, and, if related, its filters."""
    ((kind, body),), (of, on) = wanted.items(), of_key(resource)
    if kind not in ("Table", "TableWithColumns"):
        return key_of(wanted) == resource
    if of == "DataCellsFilter":
        return related and (on["DatabaseName"], on["TableName"]) == (body["DatabaseName"], body.get("Name"))
    name = None if "TableWildcard" in body else body.get("Name")
    return of in ("Table", "TableWithColumns") and (on["DatabaseName"], on.get("Name")) == (body["DatabaseName"], name)


def _listed(principal: str, resource: str, held: dict):
    """A grant as ListPermissions shows it: SELECT on a table is listed as SELECT on all its columns, apart from the rest."""
    kind, body = of_key(resource)
    if kind == "Table":
        name = {"Name": body["Name"]} if "Name" in body else {"Name": "ALL_TABLES"}
        columns = {"TableWithColumns": {k: body[k] for k in ("CatalogId", "DatabaseName")} | name | {"ColumnWildcard": {}}}
        fields = lambda keep: {field: [p for p in held[field] if keep(p)] for field in held}
        select = fields(lambda p: p == "SELECT")
        if "ALL" in held["Permissions"]:
            select = {"Permissions": ["SELECT"], "PermissionsWithGrantOption": ["SELECT"] if "ALL" in held["PermissionsWithGrantOption"] else []}
        entries = [(columns, select), ({"Table": body | name}, fields(lambda p: p != "SELECT"))]
    else:
        entries = [({kind: body}, held)]
    for of, permissions in entries:
        if permissions["Permissions"]:
            yield {"Principal": {"DataLakePrincipalIdentifier": principal}, "Resource": of, **permissions}

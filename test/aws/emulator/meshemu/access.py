"""What the caller may do: Lake Formation's permissions, and IAM's where policies are enforced.

Data in a location that is registered with Lake Formation is read and written with its credentials (the caller needs
lakeformation:GetDataAccess); elsewhere Athena uses the caller's own rights in S3.
"""

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import iam

from meshemu import denials, iam_policy, identity
from meshemu.lake import grants, settings, tags
from meshemu.lake.locations import covers, registered
from meshemu.objects import arn_of, parts_of


class Denied(Exception):
    pass


def principals() -> set[str]:
    who = identity.principal()
    account = who.split(":")[4]
    return {who, account, f"{account}:IAMPrincipals", "IAM_ALLOWED_PRINCIPALS"}


def is_admin() -> bool:
    who = identity.principal()
    return who.endswith(":root") or any(a["DataLakePrincipalIdentifier"] == who for a in settings.get().get("DataLakeAdmins", []))


def may_administer() -> bool:
    """Whether Lake Formation asks nothing of the caller: an administrator, or one whose permissions are not enforced."""
    return iam_policy.unlimited(identity.principal()) or is_admin()


# --- IAM ---

def allows(action: str, resource: str) -> bool:
    who = identity.principal()
    role = None if iam_policy.unlimited(who) else iam._roles.get(who.rsplit("/", 1)[-1])
    if role is None or iam_policy.allowed(role, action, resource):
        return True
    denials.record(action, resource, "IAM")
    return False


def require(action: str, resource: str) -> None:
    if not allows(action, resource):
        raise Denied(f"User: {identity.principal()} is not authorized to perform: {action} on resource: {resource} "
                     f"because no identity-based policy allows the {action} action (AccessDeniedException)")


def require_glue(action: str, reference: str) -> None:
    """Glue looks at the catalog, the database and the table."""
    database, _, table = reference.partition(".")
    scope = f"arn:aws:glue:{get_region()}:{get_account_id()}"
    for resource in ["catalog", f"database/{database}", *([f"table/{database}/{table}"] if table else [])]:
        require(f"glue:{action}", f"{scope}:{resource}")


# --- S3 ---

def require_reading(location: str, files: list[str]) -> None:
    if registered(location):
        return require("lakeformation:GetDataAccess", "*")
    require("s3:ListBucket", f"arn:aws:s3:::{parts_of(location)[0]}")
    for file in files[:1]:
        require("s3:GetObject", arn_of(file))


def require_writing(location: str) -> None:
    if registered(location):
        return require("lakeformation:GetDataAccess", "*")
    require("s3:PutObject", arn_of(f"{location.rstrip('/')}/part"))


# --- Lake Formation ---

def held(database: str, table: str | None = None) -> set[str]:
    """The caller's permissions on a whole table, or on a database."""
    found = set()
    for kind, body, permissions in grants.held_by(principals()):
        if table is None:
            on = kind == "Database" and body.get("Name") == database
        else:
            on = kind in ("Table", "TableWithColumns") and body.get("DatabaseName") == database and body.get("Name", table) == table \
                and "ColumnNames" not in body
        if kind == "LFTagPolicy" and body["ResourceType"] == ("TABLE" if table else "DATABASE"):
            on = tags.match(body, database, table)
        if on:
            found |= permissions
    return found


def denied(reference: str) -> Denied:
    denials.record("lakeformation", reference, "Lake Formation")
    return Denied("Insufficient permissions to execute the query. Insufficient Lake Formation "
                  f"permission(s) on {reference} (AccessDeniedException) for {identity.principal()}")


def require_on_table(reference: str, owner: str, table: dict, permissions: set[str]) -> None:
    with request_scope(owner, get_region()):
        has = held(table["DatabaseName"], table["Name"])
    if "ALL" not in has and not permissions <= has:
        raise denied(f"{reference}: Required {' and '.join(sorted(permissions - has))}")


def require_new_table(reference: str, location: str) -> None:
    database = reference.split(".")[0]
    if not is_admin() and not held(database) & {"CREATE_TABLE", "ALL"}:
        raise denied(f"{database}: Required CREATE_TABLE")
    place = registered(location)
    if place is None or is_admin():
        return
    for kind, body, permissions in grants.held_by(principals()):
        if kind == "DataLocation" and "DATA_LOCATION_ACCESS" in permissions and covers(body["ResourceArn"], place + "/"):
            return
    raise denied(f"{location}: Required DATA_LOCATION_ACCESS")

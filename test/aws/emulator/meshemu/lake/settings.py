"""The settings of the data lake: its administrators, and what everybody may do with what is new."""

from meshemu import identity
from meshemu.lake import stores
from meshemu.lake.errors import invalid

_LISTS = ("DataLakeAdmins", "ReadOnlyAdmins", "CreateDatabaseDefaultPermissions", "CreateTableDefaultPermissions",
          "TrustedResourceOwners", "ExternalDataFilteringAllowList", "AuthorizedSessionTagValueList")


def put(given: dict) -> None:
    """Replaces all settings: a field that is not given is emptied."""
    for admin in given.get("DataLakeAdmins", []) + given.get("ReadOnlyAdmins", []):
        if not identity.exists(admin["DataLakePrincipalIdentifier"]):
            raise invalid("Invalid principal")
    stores.settings["settings"] = {
        **{k: [] for k in _LISTS}, "AllowExternalDataFiltering": False, "AllowFullTableExternalDataAccess": False,
        "Parameters": {"CROSS_ACCOUNT_VERSION": "1", "SET_CONTEXT": "TRUE"}, **given}


def get() -> dict:
    if "settings" not in stores.settings:
        everyone = [{"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}]
        put({"CreateDatabaseDefaultPermissions": everyone, "CreateTableDefaultPermissions": everyone})
    return stores.settings["settings"]


def append(given: dict) -> None:
    """CloudFormation's MutationType APPEND: lists grow, other fields are set."""
    settings = get()
    lists = {k: settings[k] + [v for v in given.get(k, []) if v not in settings[k]] for k in _LISTS}
    put({**settings, **given, **lists})


def remove_admins(admins: list) -> None:
    settings = get()
    settings["DataLakeAdmins"] = [a for a in settings["DataLakeAdmins"] if a not in admins]

"""LF-Tags: which there are, and which of them a database, a table or a column has."""

from ministack.core.responses import get_account_id
from ministack.services import glue

from meshemu.lake import stores
from meshemu.lake.errors import LakeFormationError, missing
from meshemu.lake.resources import column_names, key_of


# --- The tags ---

def create(data: dict) -> None:
    if data["TagKey"] in stores.tags:
        raise LakeFormationError("AlreadyExistsException", f"Tag {data['TagKey']} already exists")
    stores.tags[data["TagKey"]] = data["TagValues"]


def update(data: dict) -> None:
    values = set(stores.tags.get(data["TagKey"], [])) - set(data.get("TagValuesToDelete", []))
    stores.tags[data["TagKey"]] = sorted(values | set(data.get("TagValuesToAdd", [])))


def delete(data: dict) -> None:
    stores.tags.pop(data["TagKey"], None)


def get(data: dict) -> dict:
    if data["TagKey"] not in stores.tags:
        raise missing(f"LF-Tag {data['TagKey']}")
    return _tag(data["TagKey"], stores.tags[data["TagKey"]])


def list_all(data: dict) -> dict:
    return {"LFTags": [_tag(key, values) for key, values in stores.tags.items()]}


def _tag(key: str, values: list[str]) -> dict:
    return {"CatalogId": get_account_id(), "TagKey": key, "TagValues": values}


# --- What has them ---

def _each_column(resource: dict) -> list[dict]:
    """A column resource stands for each of its columns; any other resource for itself."""
    body = resource.get("TableWithColumns")
    if not body:
        return [resource]
    return [{"TableWithColumns": {**body, "ColumnNames": [column]}} for column in body.get("ColumnNames", [])]


def add_to_resource(data: dict) -> dict:
    for tag in data["LFTags"]:
        if not set(tag["TagValues"]) <= set(stores.tags.get(tag["TagKey"], [])):
            raise missing(f"LF-Tag {tag['TagKey']}={tag['TagValues']}")
        for resource in _each_column(data["Resource"]):
            stores.tagged.setdefault(key_of(resource), {})[tag["TagKey"]] = tag["TagValues"][0]
    return {"Failures": []}


def remove_from_resource(data: dict) -> dict:
    for tag in data["LFTags"]:
        for resource in _each_column(data["Resource"]):
            stores.tagged.get(key_of(resource), {}).pop(tag["TagKey"], None)
    return {"Failures": []}


def _tags_of(database: str, table: str | None = None, column: str | None = None) -> dict:
    """A resource's tags, inherited from its table and database unless it sets its own."""
    tags = dict(stores.tagged.get(key_of({"Database": {"Name": database}}), {}))
    if table:
        tags |= stores.tagged.get(key_of({"Table": {"DatabaseName": database, "Name": table}}), {})
    if column:
        tags |= stores.tagged.get(key_of({"TableWithColumns": {
            "DatabaseName": database, "Name": table, "ColumnNames": [column]}}), {})
    return tags


def match(policy: dict, database: str, table: str | None = None, column: str | None = None) -> bool:
    """Whether a resource has the tags that an LFTagPolicy asks for."""
    tags = _tags_of(database, table, column)
    return all(tags.get(e["TagKey"]) in e["TagValues"] for e in policy["Expression"])


def get_of_resource(data: dict) -> dict:
    def shown(*of: str) -> list[dict]:
        return [_tag(key, [value]) for key, value in _tags_of(*of).items()]
    resource = data["Resource"]
    if "Database" in resource:
        return {"LFTagOnDatabase": shown(resource["Database"]["Name"])}
    body = resource.get("Table") or resource["TableWithColumns"]
    database, name = body["DatabaseName"], body["Name"]
    columns = column_names(glue._tables.get(f"{database}/{name}", {}))
    return {"LFTagOnDatabase": shown(database), "LFTagsOnTable": shown(database, name),
            "LFTagsOnColumns": [{"Name": column, "LFTags": shown(database, name, column)} for column in columns]}

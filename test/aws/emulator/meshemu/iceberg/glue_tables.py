"""Iceberg tables in Glue's API: CreateTable's OpenTableFormatInput, and UpdateTable."""

import copy

from ministack.core.responses import error_response_json, json_response
from ministack.services import glue

from meshemu.iceberg import metadata_files, schemas


def _name_of(data: dict) -> str:
    return (data.get("Name") or data.get("TableInput", {}).get("Name", "")).lower()


def _create_table(data):
    """Glue's CreateTable; OpenTableFormatInput.IcebergInput describes the table there or in TableInput."""
    given = data.get("OpenTableFormatInput", {}).get("IcebergInput")
    if given is None:
        return _ministack_create(data)
    own = given.get("CreateIcebergTableInput") or given.get("IcebergTableInput") or {}
    table = {**(data.get("TableInput") or {}), "Name": _name_of(data)}
    storage = table.get("StorageDescriptor", {})
    location = (own.get("Location") or storage.get("Location", "")).rstrip("/")
    key = f"{data['DatabaseName']}/{table['Name']}"
    if given.get("MetadataOperation") != "CREATE" or not location or not (own.get("Schema") or storage.get("Columns")):
        return error_response_json("InvalidInputException", "An Iceberg table needs MetadataOperation CREATE, columns and a location", 400)
    if key in glue._tables:
        return error_response_json("AlreadyExistsException", "Table already exists.", 400)
    response = None
    try:
        fields = schemas.fields_of_schema(own["Schema"]) if own.get("Schema") else schemas.fields_of_columns(storage["Columns"])
        metadata = metadata_files.new(location, own.get("PartitionSpec", {}).get("Fields", []), own.get("Properties", {}))
        metadata = metadata_files.changed(metadata, None, schemas.with_fields(metadata, fields))
        table["StorageDescriptor"] = {**storage, "Location": location}
        response = _ministack_create({**data, "TableInput": table})
        if response[0] < 300:
            metadata_files.commit(glue._tables[key], metadata, None)
    except (ValueError, KeyError) as error:
        if response and response[0] < 300:
            glue._tables.pop(key, None)
        return error_response_json("InvalidInputException", str(error), 400)
    return response


def _update_table(data):
    updates = data.get("UpdateOpenTableFormatInput", {}).get("UpdateIcebergInput", {}).get("UpdateIcebergTableInput", {}).get("Updates", [])
    name = _name_of(data)
    table = glue._tables.get(f"{data['DatabaseName']}/{name}")
    if table is None:
        return error_response_json("EntityNotFoundException", f"Entity Not Found: table {name}", 400)
    with metadata_files.swap:
        if data.get("VersionId") not in (None, table["VersionId"]):
            return error_response_json("ConcurrentModificationException", f"Update table failed due to concurrent modifications: version {data['VersionId']} is not {table['VersionId']}", 400)
        try:
            return _apply_updates(table, updates) if updates else _replace(table, data)
        except metadata_files.Conflict:
            return error_response_json("ConcurrentModificationException", f"Table {name} was changed by another writer", 400)
        except (ValueError, KeyError) as error:
            return error_response_json("InvalidInputException", str(error), 400)


def _apply_updates(table, updates):
    if not metadata_files.is_iceberg(table):
        raise ValueError(f"Table {table['Name']} is not an Iceberg table")
    metadata, read_from = metadata_files.load(table)
    changes = {}
    for update in updates:
        now = {**metadata, **changes}
        if update.get("Schema"):
            changes |= schemas.with_fields(now, schemas.fields_of_schema(update["Schema"]))
        changes["properties"] = {**now["properties"], **(update.get("Properties") or {})}
    metadata_files.commit(table, metadata_files.changed(metadata, read_from, changes), read_from)
    return json_response({})


def _replace(table, data):
    """TableInput replaces the whole entry, as on AWS; an Iceberg table's columns are those of the metadata it points to."""
    given = {**data.get("TableInput", {}), "Name": table["Name"]}
    if metadata_files.is_iceberg(table):  # what is left out is gone
        given = {"Description": "", "PartitionKeys": [], "StorageDescriptor": {}, "Parameters": {}, "TableType": "EXTERNAL_TABLE", **given}
    response = _ministack_update({"DatabaseName": table["DatabaseName"], "TableInput": copy.deepcopy(given)})
    if response[0] < 300 and metadata_files.is_iceberg(table):
        columns = schemas.glue_columns(metadata_files.load(table)[0])
        table["StorageDescriptor"] = {**table["StorageDescriptor"], "Columns": columns}
    return response


def install() -> None:
    global _ministack_create, _ministack_update
    _ministack_create, glue._create_table = glue._create_table, _create_table
    _ministack_update, glue._update_table = glue._update_table, _update_table

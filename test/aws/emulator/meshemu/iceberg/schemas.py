"""Schemas of Iceberg tables: their columns have ids, and change only so that old files can still be read."""

from meshemu import column_types


def schema_of(metadata: dict, schema_id: int | None = None) -> dict:
    wanted = metadata["current-schema-id"] if schema_id is None else schema_id
    return next(s for s in metadata["schemas"] if s["schema-id"] == wanted)


def glue_columns(metadata: dict) -> list:
    """The current columns as the catalog shows them."""
    return [{"Name": f["name"], "Type": column_types.to_glue(f["type"]), **({"Comment": f["doc"]} if f.get("doc") else {}),
             "Parameters": {"iceberg.field.id": str(f["id"]), "iceberg.field.optional": str(not f["required"]).lower(), "iceberg.field.current": "true"}}
            for f in schema_of(metadata)["fields"]]


def fields_of_columns(columns: list) -> list:
    return [{"name": c["Name"].lower(), "required": False, "type": column_types.from_glue(c["Type"]),
             **({"doc": c["Comment"]} if c.get("Comment") else {})} for c in columns]


def fields_of_schema(schema: dict) -> list:
    return [{"id": f.get("Id"), "name": f["Name"].lower(), "required": bool(f.get("Required")), "type": column_types.from_iceberg(f["Type"]),
             **({"doc": f["Doc"]} if f.get("Doc") else {})} for f in schema["Fields"]]


def with_columns(metadata: dict, columns: list) -> dict:
    """What changes of a table's metadata when it gets more columns."""
    before = schema_of(metadata)["fields"]
    both = {f["name"] for f in before} & {c["Name"].lower() for c in columns}
    if both:
        raise ValueError(f"Columns already exist: {sorted(both)}")
    return with_fields(metadata, [*before, *fields_of_columns(columns)])


def with_fields(metadata: dict, fields: list) -> dict:
    """What changes of a table's metadata with another schema; a column without an id of its own keeps that of its name."""
    before = schema_of(metadata)["fields"] if metadata["schemas"] else []
    by_name, by_id = {f["name"]: f for f in before}, {f["id"]: f for f in before}
    last_id = max([metadata["last-column-id"], *column_types.all_ids([f for f in fields if f.get("id")])])

    def next_id() -> int:
        nonlocal last_id
        last_id += 1
        return last_id

    given = []
    for field in fields:
        field_id = field.get("id") or by_name.get(field["name"], {}).get("id") or next_id()
        old = by_id.get(field_id)
        made = {**field, "id": field_id, "type": column_types.with_ids(field["type"], old and old["type"], next_id)}
        if old:
            column_types.check_promotion(field["name"], old["type"], made["type"])
            if made["required"] and not old["required"]:
                raise ValueError(f"Cannot change column nullability: {field['name']}: optional -> required")
        elif made["required"] and before:
            raise ValueError(f"Incompatible change: cannot add required column: {field['name']}")
        given.append(made)
    names, ids = [f["name"] for f in given], column_types.all_ids(given)
    if len({*names}) < len(names) or len({*ids}) < len(ids):
        raise ValueError(f"Invalid schema: columns' names and ids must differ: {names}, {ids}")
    same = next((s for s in metadata["schemas"] if s["fields"] == given), None)
    schema_id = same["schema-id"] if same else len(metadata["schemas"])
    schemas = metadata["schemas"] if same else [*metadata["schemas"], {"type": "struct", "schema-id": schema_id, "fields": given}]
    return {"last-column-id": last_id, "current-schema-id": schema_id, "schemas": schemas}

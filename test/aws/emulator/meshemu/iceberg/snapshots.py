"""Snapshots of Iceberg tables: which files a table had when, appending to them, replacing them, forgetting old ones."""

import datetime
import secrets
import time

from meshemu.iceberg.metadata_files import Conflict, changed, commit, is_in_catalog, load


def files(snapshot: dict | None) -> list[dict]:
    return snapshot["meshemu-files"] if snapshot else []


def snapshot_at(metadata: dict, at: str = "") -> dict | None:
    """The current snapshot, or the one that "VERSION id" or "TIMESTAMP text" names."""
    kind, _, value = at.partition(" ")
    if kind == "TIMESTAMP":
        moment = datetime.datetime.fromisoformat(value.removesuffix(" UTC")).replace(tzinfo=datetime.timezone.utc).timestamp() * 1000
        log = [entry for entry in metadata["snapshot-log"] if entry["timestamp-ms"] <= round(moment)]
        wanted = log[-1]["snapshot-id"] if log else None
    else:
        wanted = int(value) if value else metadata.get("current-snapshot-id")
    found = next((s for s in metadata["snapshots"] if s["snapshot-id"] == wanted), None)
    if at and found is None:
        raise ValueError(f"INVALID_ARGUMENTS: Iceberg snapshot ID does not exists: {value}" if kind == "VERSION"
                         else f"INVALID_ARGUMENTS: No version history table at or before {value}")
    return found


def ancestors(metadata: dict) -> list[int]:
    """The current snapshot's id and those of its parents."""
    by_id, found = {s["snapshot-id"]: s for s in metadata["snapshots"]}, []
    snapshot = by_id.get(metadata.get("current-snapshot-id"))
    while snapshot:
        found.append(snapshot["snapshot-id"])
        snapshot = by_id.get(snapshot.get("parent-snapshot-id"))
    return found


def write(table: dict, metadata: dict, read_from: str, data_files: list[dict], operation: str) -> int:
    """Commit a snapshot that consists of these data files; returns its id."""
    snapshot_id, sequence = secrets.randbits(62) | 1, metadata["last-sequence-number"] + 1
    after, before = changed(metadata, read_from, {}), files(snapshot_at(metadata))
    parent = {"parent-snapshot-id": metadata["current-snapshot-id"]} if metadata.get("current-snapshot-id") else {}
    added = [f for f in data_files if f not in before]
    removed = [f for f in before if f not in data_files]
    total = lambda of, what: str(sum(f[what] for f in of))
    summary = {"operation": operation, "added-data-files": str(len(added)), "deleted-data-files": str(len(removed)),
               "added-records": total(added, "rows"), "deleted-records": total(removed, "rows"), "added-files-size": total(added, "bytes"),
               "total-records": total(data_files, "rows"), "total-data-files": str(len(data_files)),
               "total-files-size": total(data_files, "bytes"), "total-delete-files": "0"}
    snapshot = {"snapshot-id": snapshot_id, **parent, "sequence-number": sequence, "timestamp-ms": after["last-updated-ms"],
                "schema-id": metadata["current-schema-id"], "manifest-list": f"{metadata['location']}/metadata/snap-{snapshot_id}.avro",
                "summary": summary, "meshemu-files": data_files}
    commit(table, {**after, "last-sequence-number": sequence, "current-snapshot-id": snapshot_id,
                   "snapshots": [*metadata["snapshots"], snapshot], "refs": {"main": {"snapshot-id": snapshot_id, "type": "branch"}},
                   "snapshot-log": [*metadata["snapshot-log"], {"timestamp-ms": after["last-updated-ms"], "snapshot-id": snapshot_id}]}, read_from)
    return snapshot_id


def append(table: dict, file: dict) -> int:
    """Add a data file; on a conflict do it again on the newer metadata, as Iceberg's appends do."""
    while True:
        metadata, read_from = load(table)
        try:
            return write(table, metadata, read_from, [*files(snapshot_at(metadata)), file], "append")
        except Conflict:
            if not is_in_catalog(table):
                raise


def expire(table: dict) -> list[str]:
    """VACUUM: forget snapshots older than the table's property says; returns the files that no snapshot has any more."""
    metadata, read_from = load(table)
    properties = metadata["properties"]
    age = int(properties.get("vacuum_max_snapshot_age_seconds", 432000))
    keep = int(properties.get("vacuum_min_snapshots_to_keep", 1))
    oldest = time.time() * 1000 - age * 1000
    snapshots = metadata["snapshots"]
    newest = {s["snapshot-id"] for s in snapshots[-keep:]} | {metadata.get("current-snapshot-id")}
    kept = [s for s in snapshots if s["snapshot-id"] in newest or s["timestamp-ms"] >= oldest]
    ids = {s["snapshot-id"] for s in kept}
    if len(kept) < len(snapshots):
        for snapshot in kept:
            if snapshot.get("parent-snapshot-id") not in ids:
                snapshot.pop("parent-snapshot-id", None)
        log = [entry for entry in metadata["snapshot-log"] if entry["snapshot-id"] in ids]
        commit(table, changed(metadata, read_from, {"snapshots": kept, "snapshot-log": log}), read_from)
    used = {f["path"] for s in kept for f in files(s)}
    return sorted({f["path"] for s in snapshots for f in files(s)} - used)

"""Iceberg tables: every change writes a metadata file to S3 and moves the table's pointer to it.

The metadata is Iceberg's own (schemas, snapshots, their log), except that there are no manifests: a snapshot lists its
data files itself ("meshemu-files": path, schema, rows, bytes). Files are read by the ids of their schema's columns, as
Iceberg reads them. Moving the pointer is a compare and swap, so of two writers that began from the same metadata, one
is told so.
"""

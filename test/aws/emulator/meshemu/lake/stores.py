"""Everything that Lake Formation remembers, by account and region."""

from ministack.core.responses import AccountRegionScopedDict

settings = AccountRegionScopedDict()   # "settings" -> DataLakeSettings
locations = AccountRegionScopedDict()  # S3 ARN -> registration
grants = AccountRegionScopedDict()     # (principal, resource as JSON) -> its permissions, and those with grant option
filters = AccountRegionScopedDict()    # (database, table, name) -> DataCellsFilter
tags = AccountRegionScopedDict()       # tag key -> allowed values
tagged = AccountRegionScopedDict()     # resource as JSON -> {tag key: value}


def clear() -> None:
    for store in (settings, locations, grants, filters, tags, tagged):
        store.clear()

"""The contract between the hub and a source: manifests, mapping, paging, canonical records.

Promise: a connector says what its system looks like, and the engine here reads it page by
page; nothing a manifest says can run code, reach another host or keep a field it does not
name. What does not belong here: the store, the meaning of a record, schedules.
"""

"""dlt reads the postings into PostgreSQL: `dlt_peer.py ADDRESS DATABASE_URL FOLDER`.

Its rest_api source, csv load files, no child tables, and one row a posting by its primary key, as
a sync has them. Run by the Python that dlt is installed in.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

os.environ.update(
    RUNTIME__DLTHUB_TELEMETRY="false",
    RUNTIME__LOG_LEVEL="ERROR",
    NORMALIZE__LOADER_FILE_FORMAT="csv",
)

COUNT = "SELECT count(*) FROM postings"


def credentials_of(url: str) -> dict[str, Any]:
    """Say the address of a database on a socket in dlt's words; the password is asked of nobody."""
    parts = urlsplit(url)
    return {
        "host": quote(parse_qs(parts.query)["host"][0], safe=""),
        "database": parts.path.lstrip("/"),
        "username": parts.username,
        "password": "none",
    }


def main(address: str, database: str, folder: str) -> dict[str, Any]:
    """Load once; give the figures of this process."""
    import dlt  # after its settings
    from dlt.sources.rest_api import rest_api_source

    wall, cpu = time.perf_counter(), time.process_time()
    pages = {"type": "page_number", "base_page": 1, "page_param": "page", "total_path": None}
    endpoint = {"path": "postings", "paginator": pages, "data_selector": "jobs"}
    source = rest_api_source(
        {
            "client": {"base_url": f"{address}/"},
            "resources": [
                {
                    "name": "postings",
                    "primary_key": "id",
                    "write_disposition": "merge",
                    "max_table_nesting": 0,
                    "endpoint": endpoint,
                }
            ],
        }
    )
    pipeline = dlt.pipeline(
        "postings",
        pipelines_dir=folder,
        destination=dlt.destinations.postgres(credentials_of(database)),
        dataset_name="peer",
        progress=None,
    )
    pipeline.run(source)
    with (
        pipeline.sql_client() as client,
        client.execute_query(COUNT) as counted,
    ):
        rows = counted.fetchone()[0]
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = time.process_time() - cpu + children.ru_utime + children.ru_stime
    return {
        "cpu": round(spent, 2),
        "wall": round(time.perf_counter() - wall, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "rows": rows,
    }


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))

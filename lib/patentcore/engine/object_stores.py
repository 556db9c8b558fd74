"""Where object stores are: the variables that AWS's own tools read, for every client alike.

The embedded engine has a client of its own (Rust's ``object_store``) beside that of pyarrow; both
must reach the same place with the same credentials. Credentials are never looked at here: both
clients find them where AWS's tools do.
"""

from __future__ import annotations

import os

S3_SCHEMES = frozenset({"s3", "s3a"})
GCS_SCHEMES = frozenset({"gs"})
AZURE_SCHEMES = frozenset({"az", "azure", "abfs", "abfss"})
SCHEMES = S3_SCHEMES | GCS_SCHEMES | AZURE_SCHEMES
"""Of URIs that are reached without Java."""

_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
_REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
_USUAL_REGION = "us-east-1"


def s3_endpoint() -> str | None:
    """Return the URL of an S3 that is not AWS's, from ``AWS_ENDPOINT_URL`` for instance."""
    return _first(_ENDPOINTS)


def s3_region() -> str | None:
    """Return the region; ``None`` where it is the bucket's own, whichever that is.

    Servers of one's own mostly do not care, but what is signed holds one.
    """
    return _first(_REGIONS) or (_USUAL_REGION if s3_endpoint() else None)


def is_s3_anonymous() -> bool:
    """Tell whether requests go without credentials, as to public buckets."""
    return os.environ.get("AWS_SKIP_SIGNATURE", "").lower() in ("true", "1", "yes")


def engine_settings() -> dict[str, str]:
    """Return the variables that tell the embedded engine what AWS's tell everyone else."""
    told: dict[str, str | None] = {"AWS_ENDPOINT": s3_endpoint(), "AWS_REGION": s3_region()}
    if (s3_endpoint() or "").startswith("http:"):
        told["AWS_ALLOW_HTTP"] = "true"
    return {name: value for name, value in told.items() if value and name not in os.environ}


def _first(names: tuple[str, ...]) -> str | None:
    return next((os.environ[name] for name in names if os.environ.get(name)), None)

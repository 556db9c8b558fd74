"""The one place that knows secrets: in URIs, in settings, in whatever text is shown or written."""

from __future__ import annotations

import re

HIDDEN = "***"

_NAMES = (
    r"secret|passw(?:or)?d|token|credential|access[._-]?key|account[._-]?key|private[._-]?key"
    r"|signature|\bsig\b"
)
_SOURCES = ("provider", "file", "path", "enabled")
_SECRET = re.compile(_NAMES, re.IGNORECASE)
# A number before the next slash is a port.
_USERINFO = re.compile(r"(?<=://)[^\s/@:'\"]+:(?!\d+/)[^\s@'\"]+@")
_SETTING = re.compile(
    rf"([\w.-]*(?:{_NAMES})[\w.-]*[\"']?(?:=|:\s?(?=[\"']))\s?)"
    r"(?!env:)(\"[^\"]*\"|'[^']*'|[^\s;,&)\]]+)",
    re.IGNORECASE,
)


def is_secret(key: str) -> bool:
    """Tell whether a setting of such a name holds a secret.

    >>> is_secret("spark.hadoop.fs.s3a.secret.key"), is_secret("spark.driver.memory")
    (True, False)
    >>> is_secret("spark.hadoop.fs.s3a.aws.credentials.provider")
    False
    """
    # Where secrets come from is none.
    return _SECRET.search(key) is not None and not key.lower().endswith(_SOURCES)


def redacted(text: str) -> str:
    """Return a text without the secrets in it.

    >>> redacted("s3a://KEY:SECRET@lake/x: fs.s3a.secret.key=abc, sc://host:15002/;token=abc")
    's3a://***@lake/x: fs.s3a.secret.key=***, sc://host:15002/;token=***'
    >>> redacted("hdfs://host:9000/user@here is missing; unexpected token: }")
    'hdfs://host:9000/user@here is missing; unexpected token: }'
    """
    return _SETTING.sub(rf"\1{HIDDEN}", _USERINFO.sub(f"{HIDDEN}@", text))

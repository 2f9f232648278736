"""What a file's name says of it: a CSV that is read, data in a form that is not read, or no data at all."""

from __future__ import annotations

import re
from pathlib import Path

from loader.catalog import DATA_SETS

SUFFIXES = {".csv": None, ".csv.gz": "gzip", ".csv.zst": "zstd"}
"""Names that are read, in any case, and how their bytes are compressed."""

_UNPACK = "unpack it and put the CSV file there"
_SAVE = "save each sheet as CSV UTF-8"
_PACKED = ("gz", "gzip", "zst", "zstd")
_CONVERT = "write it as CSV in UTF-8, separated by commas"
_ADVICE = {
    **dict.fromkeys(("zip", "zipx", "7z", "rar", "tar", "tgz", "tbz", "tbz2", "txz", "bz2", "xz", "lzma"), _UNPACK),
    **dict.fromkeys(("lz4", "lz", "br", "sz", "snappy", "z", "gpg", "pgp", "iso", "cab", "jar"), _UNPACK),
    **dict.fromkeys(_PACKED, "name it .csv.gz or .csv.zst if it is a packed CSV file"),
    **dict.fromkeys(("xlsx", "xls", "xlsm", "xlsb", "xltx", "ods", "fods", "numbers", "gsheet"), _SAVE),
    **dict.fromkeys(("tsv", "tab", "psv", "ssv", "dat", "data", "asc", "prn", "fwf", "dif", "slk"), _CONVERT),
    **dict.fromkeys(("json", "jsonl", "ndjson", "geojson", "json5", "xml", "html", "htm", "yaml", "yml"), _CONVERT),
    **dict.fromkeys(
        ("parquet", "pq", "feather", "arrow", "arrows", "ipc", "avro", "orc", "hdf", "hdf5", "h5"), _CONVERT
    ),
    **dict.fromkeys(("sqlite", "sqlite3", "db", "duckdb", "mdb", "accdb", "dbf", "sql", "dump", "bak"), _CONVERT),
    **dict.fromkeys(("sav", "zsav", "por", "sas7bdat", "xpt", "dta", "rds", "rda", "rdata", "pkl", "pickle"), _CONVERT),
    **dict.fromkeys(("npy", "npz", "mat", "proto", "pb", "msgpack", "bson", "cbor", "hyper", "tde", "qvd"), _CONVERT),
}
"""Suffixes that people give to tables, and to packed ones, with what to do. Everything else is no data."""
_NO_TABLE = frozenset(
    (
        "part",
        "partial",
        "crdownload",
        "download",
        "tmp",
        "temp",
        "swp",
        "md5",
        "sha1",
        "sha256",
        "sha512",
        "sig",
        "md",
        "log",
    )
)
"""Suffixes of what stands beside a CSV file, or will be one: `a.csv.part`."""
_COLUMNS = frozenset(column for data_set in DATA_SETS.values() for column in data_set.columns if "_" in column)
"""Names of the dictionary that are no words of a language."""
_IF_CSV = "name it .csv if it is a CSV file"


def compression_of(name: str) -> str | None:
    """`gzip`, `zstd` or None for a CSV file's name. Raises KeyError if the name is not that of a CSV file."""
    lower = name.lower()
    return SUFFIXES[next((suffix for suffix in SUFFIXES if lower.endswith(suffix)), "")]


def is_csv(name: str) -> bool:
    """Whether a file of this name is read."""
    return name.lower().endswith(tuple(SUFFIXES))


def what_to_do(path: Path) -> str | None:
    """What to do with data in a form that is not read; None for a CSV file, and for what is no data.

    A number at the end (`.zip.001`, `.csv.1`) says nothing. A text file, or one without a suffix, is data where its
    first line names a column of the dictionary, or where it cannot be looked into.
    """
    if is_csv(path.name):
        return None
    suffixes = [suffix.lower().removeprefix(".") for suffix in path.suffixes]
    while suffixes and suffixes[-1].isdigit():
        suffixes.pop()
    suffix = suffixes[-1] if suffixes else ""
    if suffix == "csv":
        return _IF_CSV
    if suffix in ("", "txt", "text"):
        return _IF_CSV if _names_a_column(path) else None
    if suffix not in _ADVICE and suffix not in _NO_TABLE and "csv" in suffixes:
        return _UNPACK  # whatever it is wrapped in
    if suffix in _PACKED and suffixes[-2:-1] and suffixes[-2] in _ADVICE:
        return _ADVICE[suffixes[-2]]  # `.tar.gz` is no packed CSV file
    return _ADVICE.get(suffix)


def _names_a_column(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            line = file.readline(1 << 16).lower()
    except OSError:
        return True
    return not _COLUMNS.isdisjoint(re.split(r"[^a-z0-9_]+", line))

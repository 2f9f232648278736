"""The files of a sample in a landing folder: their names, how values are printed, and how they get there."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Literal

import polars as pl

from loader.catalog import DATA_SETS, FILE_SETS
from loader.errors import UsageError
from loader.landing.folder import walk_landing

SPACED = "%Y-%m-%d %H:%M:%S UTC"
ISO = "%Y-%m-%dT%H:%M:%SZ"
"""Page views are printed this way, all else the other, as exports of one platform do."""

_COMPRESSION: dict[str, Literal["uncompressed", "gzip", "zstd"]] = {
    ".csv": "uncompressed",
    ".csv.gz": "gzip",
    ".csv.zst": "zstd",
}
_NAME = re.compile(r"sample-(all|\d{5}(-again)?)\.csv(\.gz|\.zst)?")


def is_sample_file(name: str) -> bool:
    """Whether a file of this name is a sample's; a name of somebody's own hardly looks like that."""
    return _NAME.fullmatch(name.rpartition("/")[2]) is not None


class SampleFolder:
    """Writes `<out>/<data_set>/…/sample-*.csv*`, and nothing under any other name.

    Raises UsageError, before anything is written, when a data set's folder holds CSV files of other names: invented
    people must not mix with real ones.
    """

    def __init__(self, out: Path, columns: dict[str, list[str]], end: int) -> None:
        self.out = out
        self.end = end
        self.columns = columns
        self.rows = dict.fromkeys(FILE_SETS, 0)
        self._written: set[Path] = set()
        foreign = [file.source_file for file in walk_landing(out).files if not is_sample_file(file.source_file)]
        if foreign:
            raise UsageError(
                f"{out} already holds CSV files that are not the sample's: {foreign[0]} ({len(foreign)} in all)."
                " Give another folder with --out, or move them away."
            )

    def write(self, data_set: str, name: str, rows: pl.DataFrame, suffix: str = ".csv") -> None:
        """One file `<data_set>/sample-<name><suffix>` (`name` may hold a folder), newest rows first as from the API.

        `rows` has the data set's columns, timestamps in seconds; other columns are left out. Nothing is updated after
        the end of the sample.
        An empty table writes no file.
        """
        if rows.is_empty():
            return
        columns, updated = self.columns[data_set], DATA_SETS[data_set].updated_column
        times = [column for column in columns if column.endswith("_date") or column == "deadline"]
        printed = (
            rows.select(columns)
            .with_columns(pl.min_horizontal(updated, pl.lit(self.end)).alias(updated))
            .sort(updated, descending=True, maintain_order=True, nulls_last=True)
            .with_columns(
                (pl.col(column) * 1_000_000).cast(pl.Datetime("us"))
                for column in times
                if rows[column].dtype != pl.String
            )
        )
        self._put(data_set, name, printed, suffix)

    def write_by_year(self, data_set: str, name: str, rows: pl.DataFrame, suffix: str = ".csv") -> None:
        """One file per year of the updated timestamp, in a folder per year."""
        updated = pl.col(DATA_SETS[data_set].updated_column)
        dated = rows.with_columns(
            year=(pl.min_horizontal(updated, pl.lit(self.end)) * 1_000_000).cast(pl.Datetime("us")).dt.year()
        )
        for year in dated["year"].unique().sort().to_list():
            self.write(data_set, f"{year}/{name}", dated.filter(pl.col("year") == year), suffix)

    def write_attributes(self, attribute_set: str, name: str, rows: pl.DataFrame) -> None:
        """One file `<attribute_set>/sample-<name>.csv`, its rows as they stand. An empty table writes no file."""
        if not rows.is_empty():
            self._put(attribute_set, name, rows.select(self.columns[attribute_set]), ".csv")

    def _put(self, folder: str, name: str, printed: pl.DataFrame, suffix: str) -> None:
        target = self.out / folder / name
        path = target.with_name(f"sample-{target.name}{suffix}")
        path.parent.mkdir(parents=True, exist_ok=True)
        hidden = path.with_name(f".{path.name}")
        printed.write_csv(
            hidden,
            datetime_format=ISO if folder == "lecture_page_views" else SPACED,
            compression=_COMPRESSION[suffix],
            check_extension=False,
        )
        hidden.replace(path)
        self._written.add(path)
        self.rows[folder] += printed.height

    def remove_leftovers(self) -> None:
        """Removes what an earlier, larger or interrupted run left under the sample's own names."""
        remove_sample(self.out, but=self._written)


def remove_sample(out: Path, but: Collection[Path] = ()) -> None:
    """Removes a sample's files, those of interrupted runs too, and the folders that are empty then."""
    for data_set in FILE_SETS:
        for path in sorted((out / data_set).rglob("*")):
            if is_sample_file(path.name.removeprefix(".")) and path not in but and path.is_file():
                path.unlink()
                _remove_empty(path.parent, out)


def _remove_empty(folder: Path, top: Path) -> None:
    if folder != top and not any(folder.iterdir()):
        folder.rmdir()
        _remove_empty(folder.parent, top)


def as_text(column: str) -> pl.Expr:
    """A time in seconds as it is printed, for columns in which some values are not times."""
    return (pl.col(column) * 1_000_000).cast(pl.Datetime("us")).dt.strftime(SPACED)

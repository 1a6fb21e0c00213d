"""The quality report as comma-separated values that no spreadsheet runs as formulas."""

import csv
from io import StringIO

from apps.duty.selectors.quality import Quality, rows_of

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_text(found: Quality) -> str:
    """One row for each measure, with the range first."""
    out = StringIO()
    table = csv.writer(out)
    table.writerow(["measure", "of", "value"])
    table.writerow(["from", found.outlook.starts_at.isoformat(), ""])
    table.writerow(["to", found.outlook.ends_at.isoformat(), ""])
    for measure, of, value in rows_of(found):
        table.writerow([measure, _tame(of), f"{value:.2f}"])
    return out.getvalue()


def _tame(text: str) -> str:
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text

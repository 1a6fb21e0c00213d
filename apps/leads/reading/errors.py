"""What is wrong with a file or a row, as a code for machines and a sentence for people."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_SENTENCES: Final[dict[str, Promise]] = {
    "reading.empty": _("The file holds no rows."),
    "reading.too_large": _("The file is larger than %(limit_mb)s MB."),
    "reading.too_many_rows": _("The file has more than %(limit)s rows."),
    "reading.too_many_columns": _("Row %(row)s has more than %(limit)s columns."),
    "reading.not_a_table": _(
        "This is not a table. Use CSV, XLSX, JSON or a text file with one value per line."
    ),
    "reading.old_excel": _(
        "This is an Excel file in the old .xls form. Save it as .xlsx or CSV and try again."
    ),
    "reading.macros": _("This workbook contains macros. Save it as .xlsx without macros."),
    "reading.encrypted": _("This workbook is protected by a password. Save it without one."),
    "reading.broken_workbook": _("This workbook is damaged and can't be read."),
    "reading.zip_bomb": _("This workbook unpacks to far more than its size and was refused."),
    "reading.encoding": _(
        "The text can't be decoded. Save the file as UTF-8, or name its encoding."
    ),
    "reading.unknown_encoding": _("The encoding %(encoding)s is not supported."),
    "reading.unknown_delimiter": _("The delimiter %(delimiter)s is not supported."),
    "reading.line_too_long": _("Row %(row)s is longer than %(limit_mb)s MB."),
    "reading.broken_json": _(
        "The JSON is damaged at item %(row)s. Use an array of objects, or one object per line."
    ),
    "reading.gone": _("The uploaded file is no longer there. Upload it again."),
    "reading.quoting": _("Row %(row)s: a quotation mark is opened and never closed."),
    "row.not_json": _("The line is not a JSON object."),
    "row.ragged": _("The row has %(found)s cells, the header has %(expected)s."),
    "row.cell_too_large": _("The cell in column %(column)s is larger than %(limit_kb)s kB."),
    "row.control_character": _("The cell in column %(column)s contains a control character."),
}


class ReadError(Exception):
    """A refusal to read: of the whole file when raised, of one row when attached to it."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, object] = params

    @property
    def message(self) -> str:
        return str(_SENTENCES[self.code]) % self.params

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[object, ...]:
        return _revived, (self.code, dict(self.params))


def _revived(code: str, params: dict[str, object]) -> ReadError:
    return ReadError(code, **params)

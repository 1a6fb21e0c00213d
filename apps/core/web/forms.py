"""What page forms share: local times, and refusals shown beside the text that was typed."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core import walltime
from apps.core.errors import DomainError, NotFound

T = TypeVar("T")


class LocalInstantField(forms.CharField):
    """A `datetime-local` input read in the person's own zone; set `zone` before cleaning."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "class": "form-control"})
    zone = "UTC"

    def prepare_value(self, value: Any) -> Any:
        """An instant in the person's own zone, as the input wants it in every language."""
        if isinstance(value, datetime):
            return f"{walltime.local(self.zone, value):%Y-%m-%dT%H:%M}"
        return value

    def to_python(self, value: Any) -> datetime | None:  # type: ignore[override]
        text = super().to_python(value)
        if not text:
            return None
        try:
            wall = datetime.fromisoformat(text)
            if wall.tzinfo is not None:
                return wall.astimezone(UTC)
            return walltime.shift_start(self.zone, wall.replace(second=0, microsecond=0))
        except (ValueError, OverflowError):
            raise forms.ValidationError(_("Give a date and a time.")) from None


class LocalTimesForm(forms.Form):
    """A form whose local times are read in the person's zone."""

    def in_zone(self, zone: str) -> None:
        """Read every local time of this form in `zone`."""
        for field in self.fields.values():
            if isinstance(field, LocalInstantField):
                field.zone = zone


def attempt(
    form: forms.BaseForm, act: Callable[[], T], *, also: Sequence[forms.BaseForm] = ()
) -> T | None:
    """Run a service; a refusal is undone, said on the form, and the typed text stays.

    `also` are forms that were sent along: what is said of their fields stands beside them. Raises
    NotFound all the same: a form about nothing has no page.
    """
    try:
        with transaction.atomic():
            return act()
    except NotFound:
        raise
    except DomainError as refusal:
        show(form, refusal, also=also)
        return None


def show(
    form: forms.BaseForm, refusal: DomainError, *, also: Sequence[forms.BaseForm] = ()
) -> None:
    """Put a refusal's sentences where they belong on the form, or on one sent along."""
    for name, messages in refusal.fields.items():
        where = next((one for one in (form, *also) if name in one.fields), None)
        for message in messages:
            (where or form).add_error(name if where else None, str(message))
    if not refusal.fields:
        form.add_error(None, str(refusal.message))

# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For clerks: a file of values is looked at first (columns, lines, what cannot be read), then taken in whole or not at all.

The file stays in the inbox of its source between the two steps, under a name that its content decides; what nobody takes in
is thrown away after a day.
"""

from __future__ import annotations

import hashlib
import re
import time
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.services.sensing.actions.adoption import Measured
from stadtherz.services.sensing.actions.files import FileRefused, Report, adopt_columns, import_file, look_at
from stadtherz.services.sensing.actions.folders import folder_of
from stadtherz.services.sensing.actions.sources import SourceRefused
from stadtherz.services.sensing.ingest.tables.opening import Layout, remarks
from stadtherz.services.sensing.ingest.tables.profile import UnreadableTable
from stadtherz.services.sensing.models import Source, SourceKind
from stadtherz.services.sensing.queries.sources import guess_quantity
from stadtherz.services.sensing.web.adoption_form import MOST_FIELDS, quantity_choices
from stadtherz.services.sensing.web.place_form import PLACE_SEARCH, PlaceForm

LARGEST = 10 * 1024 * 1024  # larger ones go through the folder or the command
KEPT_SECONDS = 86_400
NAME = re.compile(r"[0-9a-f]{32}\Z")


class UploadForm(forms.Form):
    """A file to look at."""

    table = forms.FileField(
        label=_("File"), help_text=_("CSV with a column of times and columns of values, up to 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
    )  # fmt: skip

    def clean_table(self) -> UploadedFile[Any]:
        """Not too large."""
        table: UploadedFile[Any] = self.cleaned_data["table"]
        if (table.size or 0) > LARGEST:
            raise forms.ValidationError(
                gettext("The file is larger than 10 MB. Please put it into the folder of the source.")
            )
        return table


class ColumnsForm(PlaceForm):
    """A new station for the columns that have no series yet."""

    station = forms.CharField(label=_("Name of the station"), max_length=120)
    field_order = ("station", "place_label", "chosen", "latitude", "longitude")

    def __init__(self, *args: Any, columns: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column in columns[:MOST_FIELDS]:
            made = forms.ChoiceField(
                label=column, choices=quantity_choices(), required=False, initial=guess_quantity(column)
            )
            made.says_optional = False  # type: ignore[attr-defined]  # "do not take in" says it
            self.fields[f"column:{column}"] = made

    def assigned(self) -> list[Any]:
        """The bound fields of the assignment, for the template."""
        return [self[name] for name in self.fields if name.startswith("column:")]

    def measured(self, titles: dict[str, str]) -> dict[str, Measured]:
        """What was chosen. The column's remark or name tells series of one quantity apart."""
        chosen = {
            name.removeprefix("column:"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("column:") and value
        }
        several = {value for value in chosen.values() if list(chosen.values()).count(value) > 1}
        return {
            name: Measured(value, title=titles.get(name, name) if value in several else "")
            for name, value in chosen.items()
        }


@require("sensing.manage")
def upload(request: HttpRequest, number: int) -> HttpResponse:
    """Choose a file."""
    source = get_object_or_404(Source.objects, pk=number, kind=SourceKind.CSV)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return redirect("sensing:file", source.pk, _keep(source, form.cleaned_data["table"]))
    return render(request, "sensing/staff/upload.html", {
        "source": source, "form": form, "folder": folder_of(source),
    }, status=422 if form.is_bound else 200)  # fmt: skip


@require("sensing.manage")
def file(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """What is in the file; then take it in."""
    source = get_object_or_404(Source.objects, pk=number, kind=SourceKind.CSV)
    path = _kept(source, name)
    try:
        layout, report = look_at(source=source, path=path)
    except UnreadableTable as error:
        return render(request, "sensing/staff/file.html", {"source": source, "problem": str(error)}, status=422)
    asks = request.method == "POST" and request.POST.get("do") == "adopt"
    form = ColumnsForm(request.POST if asks else None, columns=report.unassigned)
    if asks and form.is_valid():
        answer = _adopt(request, source, name, form, layout=layout, report=report)
        if answer is not None:
            return answer
    if request.method == "POST" and not asks:
        return _take_in(request, source, path, name)
    return render(request, "sensing/staff/file.html", {
        "source": source, "layout": layout, "report": report, "form": form, "search_url": PLACE_SEARCH,
        "fields": _fields(report), "sample": layout.sample[:5],
    }, status=422 if form.is_bound else 200)  # fmt: skip


def _fields(report: Report) -> list[tuple[str, int, bool]]:
    return [(name, count, name not in report.unassigned) for name, count in sorted(report.fields.items())]


def _adopt(
    request: HttpRequest, source: Source, name: str, form: ColumnsForm, *, layout: Layout, report: Report
) -> HttpResponse | None:
    try:
        adopt_columns(
            source=source, station=form.cleaned_data["station"], columns=form.measured(remarks(layout)), place=form.place,
            by=signed_in_person(request), expected_seconds=report.rhythm,
        )  # fmt: skip
    except SourceRefused as refused:
        form.add_error(None, str(refused))
        return None
    messages.success(request, gettext("The columns have series now. You can take in the file."))
    return redirect("sensing:file", source.pk, name)


def _take_in(request: HttpRequest, source: Source, path: Path, name: str) -> HttpResponse:
    try:
        report = import_file(source=source, path=path, by=signed_in_person(request))
    except (FileRefused, UnreadableTable) as error:
        messages.error(request, str(error))
        return redirect("sensing:file", source.pk, name)
    path.unlink(missing_ok=True)
    said = gettext("%(new)d values were taken in, %(repeated)d were there before.")
    messages.success(request, said % {"new": report.new, "repeated": report.repeated})
    return redirect("sensing:source", source.pk)


def _keep(source: Source, table: UploadedFile[Any]) -> str:
    folder = folder_of(source) / "looked-at"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > KEPT_SECONDS:
            old.unlink(missing_ok=True)
    content = table.read()
    name = hashlib.sha256(content).hexdigest()[:32]
    (folder / name).write_bytes(content)
    return name


def _kept(source: Source, name: str) -> Path:
    path = folder_of(source) / "looked-at" / name
    if not NAME.match(name) or not path.is_file():
        raise Http404
    return path

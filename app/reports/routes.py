"""Reports of a period: every figure on one page, each with its chart and table, the list behind it, and files of both."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import history, sessions, spreadsheets
from app.errors import Refused
from app.forms import row_id
from app.front_door.page_context import has_endpoint
from app.i18n import _
from app.permissions import Permission, needs
from app.reports import counting, files, lists, page, words
from app.reports.asked import Asked, beside
from app.reports.lists import A_PAGE, Wanted
from app.reports.period_form import PeriodForm, in_address, period_in_address
from app.reports.report import Report, Shape
from app.reports.table import BY_KEY, REPORTS
from models import clock

bp = Blueprint("reports", __name__, url_prefix="/reports")
LOCK = (Permission.SEE_REPORTS, Permission.SEE_TREATMENT_REPORTS)
HITS = {"yes": True, "no": False}


@bp.get("")
@needs(*LOCK)
def index() -> ResponseReturnValue:
    """Every figure that whoever asks may see."""
    form = PeriodForm(request.args)
    if not form.validate():
        return render_template("reports/index.html", form=form, figures=None), 422
    asked = form.asked(clock.now())
    figures = [counting.figure(report, asked) for report in REPORTS if _may(report)]
    return render_template("reports/index.html", form=form, figures=figures, **_frame(asked))


@bp.get("/<key>")
@needs(*LOCK)
def show(key: str) -> ResponseReturnValue:
    report, form = _report_or_404(key), PeriodForm(request.args)
    if not form.validate():
        return render_template("reports/show.html", form=form, report=report, figure=None), 422
    asked = form.asked(clock.now())
    found = counting.figure(report, asked)
    return render_template(
        "reports/show.html", form=form, report=report, figure=found, bars=page.bars(found, asked), lines=page.lines(found, asked),
        places=len(asked.places) > 1 and not report.whole, **_frame(asked),
    )  # fmt: skip


@bp.get("/<key>/list")
@needs(*LOCK)
def rows(key: str) -> ResponseReturnValue:
    """The rows that a figure counts; `counted`, `by`, `by_whom` and `where` take some of them."""
    report, form = _report_or_404(key), PeriodForm(request.args)
    if not form.validate():
        return render_template("reports/show.html", form=form, report=report, figure=None), 422
    asked, wanted, at = form.asked(clock.now()), _wanted(), row_id(request.args.get("page")) or 1
    n = lists.how_many(report, asked, wanted)
    found = lists.page(report, asked, wanted, min(at, n // A_PAGE + 1), names=_names(report))
    history.list_viewed("report", report.key)
    return render_template(
        "reports/list.html", report=report, rows=found, n=n, at=at, pages=-(-n // A_PAGE), args=_some(), **_frame(asked)
    )


@bp.get("/<key>/file/<kind>")
@needs(*LOCK)
def one_file(key: str, kind: str) -> ResponseReturnValue:
    """The list behind a figure as a file; a workbook has the figure before it."""
    report, asked = _report_or_404(key), _asked_or_404()
    sheet = _list(report, asked, _wanted())
    history.list_viewed("report", report.key, action="exported")
    summary = [files.summary_sheet([counting.figure(report, asked)], asked)] if kind == "xlsx" else []
    return _file(kind, [*summary, sheet], f"{report.key}-{asked.first}-{asked.last}")


@bp.get("/file/<kind>")
@needs(*LOCK)
def all_files(kind: str) -> ResponseReturnValue:
    """Every figure with its groups; a workbook has the list behind each, too."""
    asked, seen = _asked_or_404(), [report for report in REPORTS if _may(report)]
    sheets = [files.summary_sheet([counting.figure(report, asked) for report in seen], asked)]
    if kind == "xlsx":
        sheets += [_list(report, asked, Wanted()) for report in seen]
    history.list_viewed("report", "all", action="exported")
    return _file(kind, sheets, f"reports-{asked.first}-{asked.last}")


def _list(report: Report, asked: Asked, wanted: Wanted) -> spreadsheets.Sheet:
    found = lists.every(report, asked, wanted, names=_names(report), most=spreadsheets.MOST + 1)
    if len(found) > spreadsheets.MOST:
        raise Refused(_("That is more than a spreadsheet can hold. Choose a shorter period."))
    return files.list_sheet(report, found, asked)


def _file(kind: str, sheets: list[spreadsheets.Sheet], name: str) -> ResponseReturnValue:
    if kind == "csv":
        answer = make_response(spreadsheets.as_csv(sheets[0]))
        answer.mimetype = "text/csv"
    elif kind == "xlsx":
        answer = make_response(spreadsheets.as_xlsx(sheets))
        answer.mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    else:
        abort(404)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def _frame(asked: Asked) -> dict[str, Any]:
    before, after = beside(asked.first, asked.last)
    here = in_address(asked)
    pages = [{**here, **period_in_address(*period)} for period in (before, after)]
    return {"asked": asked, "here": here, "before": pages[0], "after": pages[1], "words": words, "opens": _opens, "Shape": Shape,
            "most": spreadsheets.MOST}


def _opens(report: Report, row: lists.Row) -> str:
    """The page of a row, where it opens for whoever asks and tells no more than the list does."""
    if not report.about or not has_endpoint(report.about) or (report.treats and not _names(report)):
        return ""
    args: dict[str, Any] = {report.about.argument: row.id}
    return url_for(report.about, **args)


def _wanted() -> Wanted:
    args = request.args
    return Wanted(HITS.get(args.get("counted", "")), args.get("by") or None, _key("by_whom"), _key("where"))


def _key(name: str) -> int | None:
    """A practitioner or a place; 0 stands for rows of none."""
    text = request.args.get(name)
    return 0 if text == "0" else row_id(text)


def _some() -> dict[str, str]:
    return {name: value for name in ("counted", "by", "by_whom", "where") if (value := request.args.get(name))}


def _may(report: Report) -> bool:
    person = sessions.person()
    return person is not None and person.may(*report.permissions)


def _names(report: Report) -> bool:
    """Who is treated with what is read by those who treat; figures about visits, mails and calls by whoever sees patients."""
    person = sessions.person()
    return person is not None and person.may(Permission.SEE_CLINICAL if report.treats else Permission.SEE_PATIENTS)


def _report_or_404(key: str) -> Report:
    report = BY_KEY.get(key)
    return report if report is not None and _may(report) else abort(404)


def _asked_or_404() -> Asked:
    form = PeriodForm(request.args)
    return form.asked(clock.now()) if form.validate() else abort(404)

"""A program of yes-or-no columns, solved by HiGHS: the only place that knows the solver.

Costs are whole numbers, so a bound is rounded up to the next one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, inf
from typing import Any, NamedTuple

LEAST_SECONDS = 0.05
MOSTLY = 0.99
HAIR = 1e-6
"""Costs are whole numbers: what differs by less is equal."""


class Row(NamedTuple):
    """The columns, each times its number, add up to something from `least` to `most`."""

    columns: Sequence[int]
    numbers: Sequence[float]
    least: float
    most: float


@dataclass
class Program:
    """Choose columns so that every row holds and the sum of their costs is least."""

    costs: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


class Relaxed(NamedTuple):
    """The answer when columns may be chosen in part: no whole answer costs less than `cost`.

    `prices` by row: what the cost would change if the row gave way by one. By column: `reduced`, what it would add at
    least, and `shares`, how much of it is chosen. `solver` goes on from here.
    """

    cost: float
    prices: Sequence[float]
    reduced: Sequence[float]
    shares: Sequence[float]
    solver: Any


class Solved(NamedTuple):
    """The best whole answer found in time (None: none was), and what no answer can cost less than."""

    chosen: frozenset[int] | None
    cost: int
    bound: int


def relax(program: Program, seconds: float) -> Relaxed | None:
    """The least cost when columns may be chosen in part; None where `seconds` were too few to know it."""
    solver = _solver(program, inf)  # the caller's rows hold a column at one; a bound of its own would blur the prices
    solver.setOptionValue("time_limit", max(seconds, LEAST_SECONDS))
    if not _at_best(solver):
        return None
    solution, cost = solver.getSolution(), solver.getInfo().objective_function_value
    return Relaxed(cost, list(solution.row_dual), list(solution.col_dual), list(solution.col_value), solver)


def rounded(relaxed: Relaxed) -> frozenset[int]:
    """Whole columns near the relaxed answer: what is chosen for the most part is fixed, and the rest chosen anew, until all are whole.

    Fewer than it takes where what was fixed leaves no answer, or the time of the relaxed answer has run out.
    """
    fixed: set[int] = set()
    shares = relaxed.shares
    while part := {n: share for n, share in enumerate(shares) if share > HAIR and n not in fixed}:
        sure = [n for n, share in part.items() if share > MOSTLY] or [max(part, key=lambda n: part[n])]
        for n in sure:
            relaxed.solver.changeColBounds(n, 1.0, 1.0)
        if not _at_best(relaxed.solver):
            break
        fixed.update(sure)
        shares = list(relaxed.solver.getSolution().col_value)
    return frozenset(fixed)


def _at_best(solver: Any) -> bool:
    solver.run()
    return bool(solver.modelStatusToString(solver.getModelStatus()) == "Optimal")


def solve(program: Program, seconds: float, near: float = 0.0) -> Solved:
    """The least cost in whole columns, or the best found within `seconds`; `near`: or one at most this share above it."""
    import highspy  # noqa: PLC0415  # brings numpy; only who re-plans pays for it

    solver = _solver(program, 1.0)
    solver.setOptionValue("time_limit", max(seconds, LEAST_SECONDS))
    solver.setOptionValue("mip_rel_gap", near)
    solver.setOptionValue("mip_abs_gap", 1 - 2 * HAIR)  # whole costs: a lesser gap is none
    columns = list(range(len(program.costs)))
    solver.changeColsIntegrality(len(columns), columns, [highspy.HighsVarType.kInteger] * len(columns))
    solver.run()
    info = solver.getInfo()
    bound = ceil(info.mip_dual_bound - HAIR) if abs(info.mip_dual_bound) < inf else 0
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Solved(None, 0, bound)
    chosen = frozenset(column for column, value in enumerate(solver.getSolution().col_value) if value > 0.5)
    return Solved(chosen, sum(program.costs[column] for column in chosen), bound)


def _solver(program: Program, most: float) -> Any:
    import highspy  # noqa: PLC0415  # as above

    solver = highspy.Highs()
    for option, value in {"output_flag": False, "threads": 1, "random_seed": 1}.items():
        solver.setOptionValue(option, value)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(program.costs), len(program.rows)
    model.col_cost_ = [float(cost) for cost in program.costs]
    model.col_lower_, model.col_upper_ = [0.0] * len(program.costs), [most] * len(program.costs)
    model.row_lower_ = [row.least for row in program.rows]
    model.row_upper_ = [row.most for row in program.rows]
    starts = [0]
    for row in program.rows:
        starts.append(starts[-1] + len(row.columns))
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = starts
    model.a_matrix_.index_ = [column for row in program.rows for column in row.columns]
    model.a_matrix_.value_ = [float(number) for row in program.rows for number in row.numbers]
    solver.passModel(model)
    return solver

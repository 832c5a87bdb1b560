"""CP-SAT on the series of `bench.r7_series`, run by a Python that has OR-Tools: worlds as JSON in, cost and seconds of each out."""

import json
import sys
import time
from typing import Any

from ortools.sat.python import cp_model  # type: ignore[import-not-found]  # only in the environment of `make bench`


def solved(world: dict[str, Any]) -> tuple[int | None, float]:
    """The least cost of a world, None where it has no place for every session; and how long that took, on one core."""
    begun = time.process_time()
    model = cp_model.CpModel()
    days, people = len(world["weekday"]), len(world["fits"])
    fits = [fit for row in world["fits"] for fit in row]
    open_ways = cp_model.Domain.from_values([way for way, fit in enumerate(fits) if fit is not None])
    table, dearest = [fit or 0 for fit in fits], 2**40
    costs, before_day, before_who = [], None, None
    for n in range(world["sessions"]):
        day, who = model.new_int_var(0, days - 1, f"day{n}"), model.new_int_var(0, people - 1, f"who{n}")
        way = model.new_int_var_from_domain(open_ways, f"way{n}")
        model.add(way == who * days + day)
        costs += [_looked_up(model, way, table, dearest), _looked_up(model, day, world["weekday"], dearest)]
        rule = world["first"] if before_day is None else world["gap"]
        off = model.new_int_var(0, len(rule["costs"]) - 1, f"off{n}")
        model.add(off == day - rule["least"] - (0 if before_day is None else before_day))
        costs.append(_looked_up(model, off, rule["costs"], dearest))
        if before_who is not None:
            changed = model.new_bool_var(f"changed{n}")
            model.add(who == before_who).only_enforce_if(changed.negated())
            costs.append(world["changed"] * changed)
        before_day, before_who = day, who
    model.minimize(sum(costs))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    found = solver.solve(model)
    return round(solver.objective_value) if found == cp_model.OPTIMAL else None, time.process_time() - begun


def _looked_up(model: cp_model.CpModel, index: Any, table: list[int], dearest: int) -> Any:
    value = model.new_int_var(0, dearest, "")
    model.add_element(index, table, value)
    return value


if __name__ == "__main__":
    json.dump([solved(world) for world in json.load(sys.stdin)], sys.stdout)

"""The solver behind re-planning: whole answers, what they are bounded by, and programs that have none."""

from math import inf

from app.planning.integer_program import Program, Relaxed, Row, Solved, relax, rounded, solve


def one_of(*columns: int) -> Row:
    return Row(columns, [1.0] * len(columns), 1, 1)


def at_most_one(*columns: int) -> Row:
    return Row(columns, [1.0] * len(columns), -inf, 1)


def test_the_least_sum_of_costs_is_chosen() -> None:
    program = Program([1, 5, 2, 3], [one_of(0, 1), one_of(2, 3), at_most_one(0, 2)])
    assert solve(program, 10) == Solved(frozenset({0, 3}), 4, 4)


def test_a_relaxed_answer_costs_no_more_and_prices_its_rows() -> None:
    """Of each two of three columns at most one: halves of all three are allowed in parts, of whole ones only one."""
    program = Program([-2, -2, -2], [at_most_one(0, 1), at_most_one(1, 2), at_most_one(0, 2)])
    found = relax(program, 10)
    assert isinstance(found, Relaxed)
    assert round(found.cost, 6) == -3
    assert [round(share, 6) for share in found.shares] == [0.5, 0.5, 0.5]
    assert [round(price, 6) for price in found.prices] == [-1, -1, -1]
    assert solve(program, 10).cost == -2


def test_what_is_not_chosen_says_what_it_would_add() -> None:
    found = relax(Program([1, 5], [one_of(0, 1)]), 10)
    assert found is not None
    assert [round(adds, 6) for adds in found.reduced] == [0, 4]


def test_a_program_without_any_answer_has_none() -> None:
    program = Program([1], [one_of(0), Row([0], [1.0], 0, 0)])
    assert relax(program, 10) is None
    assert solve(program, 10).chosen is None


def test_a_relaxed_answer_is_rounded_column_by_column_to_a_whole_one() -> None:
    program = Program([-2, -2, -2, 0, 1], [at_most_one(0, 1), at_most_one(1, 2), at_most_one(0, 2), one_of(3, 4)])
    found = relax(program, 10)
    assert found is not None
    chosen = rounded(found)
    assert len(chosen & {0, 1, 2}) == 1
    assert chosen & {3, 4} == {3}


def test_rounding_stops_where_what_was_fixed_leaves_no_answer() -> None:
    """Exactly one of every two of three columns: halves of all keep all three rows, whole ones never do."""
    found = relax(Program([1, 1, 1], [one_of(0, 1), one_of(1, 2), one_of(0, 2)]), 10)
    assert found is not None
    assert rounded(found) == frozenset()

"""What can be wrong with a library or a protocol's content, as codes with words that can be translated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


def N_(text: str) -> str:  # noqa: N802  the name by which the catalogue tool finds texts that are translated later
    """Mark a text for the catalogue; it is translated where it is shown."""
    return text


WORDS: Mapping[str, str] = {
    "unreadable": N_("The file cannot be read: %(why)s"),
    "missing": N_("This is missing."),
    "unknown_field": N_("There is no field %(name)s here."),
    "not_fields": N_("Named fields are expected here."),
    "not_a_list": N_("A list is expected here."),
    "empty_list": N_("At least one entry is needed."),
    "not_two": N_("Two names are expected here."),
    "not_text": N_("Text is expected here."),
    "empty_text": N_("The text is empty."),
    "too_long": N_("The text is longer than %(most)s characters."),
    "control_character": N_("The text holds a character that cannot be printed."),
    "not_whole": N_("A whole number from %(least)s to %(most)s is expected."),
    "not_yes_no": N_("Yes or no is expected here."),
    "not_a_choice": N_("“%(name)s” is not one of: %(choices)s."),
    "unknown_name": N_("“%(name)s” is not defined in the library (%(table)s)."),
    "twice": N_("“%(name)s” stands twice."),
    "not_a_duration": N_("“%(name)s” is not a length of time such as 28, 28d, 4w or 6m."),
    "not_above_zero": N_("The time must be longer than zero."),
    "variables_differ": N_("The variables in braces differ between the languages."),
    "suffix_on_variable": N_("A suffix stands on a variable; write the words so that none is needed."),
    "unknown_variable": N_("There is no variable {%(name)s}."),
    "gap_order": N_("%(earlier)s must not be longer than %(later)s."),
    "gap_empty": N_("A gap needs at least one of: absolute minimum, minimum, ideal, maximum."),
    "no_steps": N_("At least one session is needed."),
    "steps_not_counted": N_("Sessions must be numbered 1, 2, 3 …"),
    "first_step_has_gap": N_("The first session has no gap: nothing comes before it."),
    "step_without_gap": N_("This session needs a gap from the one before."),
    "two_ways_of_gaps": N_("Give either one gap or a list of gaps."),
    "step_not_earlier": N_("Session %(step)s is not earlier than session %(here)s."),
    "no_such_step": N_("There is no session %(step)s in this protocol."),
    "step_has_no_gap": N_("Session %(step)s has no gap that could be repeated."),
    "no_extension": N_("An extension must go beyond session %(last)s."),
    "too_many_sessions": N_("At most %(most)s sessions."),
    "area_outside": N_("“%(name)s” does not lie inside “%(area)s”."),
    "window_order": N_("The first day must not be after the last."),
    "phase_order": N_("Phases are not in their order: %(order)s."),
    "no_procedure": N_("A visit needs the phase of the procedure."),
    "device_outlasts_phase": N_("The device runs longer than the phase (%(minutes)s min)."),
    "act_not_named": N_("%(name)s is used, but the protocol names no act it belongs to (%(acts)s)."),
    "lacks": N_("%(names)s must be here: required by %(reason)s."),
    "tan_told_too_late": N_("The tan rule asks for %(days)s days; the preparation says it only %(lead)s days before."),
    "attest_but_enabled": N_("A protocol that needs an attestation is switched on only when it is approved."),
    "honesty_missing": N_("The general honesty line is never removed."),
    "effect_not_allowed": N_("For this rule the effect may not be set to %(effect)s."),
    "effect_not_confirmed": N_("A changed effect must be confirmed by the physician one by one."),
    "promise": N_("“%(name)s” promises or advertises; such words may not reach a patient."),
    "names_procedure": N_("“%(name)s” names a procedure; discreet mail carries this text whole."),
    "stops_medicine": N_("The text may lead someone to stop a prescribed medicine."),
    "prescriber_left_out": N_("A prescribed cream must be left to the doctor who prescribed it."),
    "no_emergency_number": N_("A line that says “call now” needs the emergency number."),
    "circle": N_("“%(name)s” contains itself."),
    "both_act_and_group": N_("“%(name)s” is an act and a group."),
    "not_all_acts": N_("The group of all acts lacks or invents: %(names)s."),
    "lifted_and_forbidden": N_("%(names)s: allowed and forbidden on one day."),
    "order_without_row": N_("No row forbids the other order: %(names)s."),
    "rows_missing": N_("Acts without a row of their own are %(names)s."),
    "until_and_event": N_("The effect “until” and its event belong together."),
    "days_missing": N_("The effect “days” needs its days."),
    "no_question": N_("A rule needs a question."),
    "may_not_end_by_itself": N_("This rule may not end by itself and needs a review and whom it applies to."),
    "lapse_rows": N_("The rows must rise from day 1, and the lapse must begin with the first that is no “continue”."),
    "urgency": N_("Class and urgency do not fit each other."),
    "must_be": N_("Must be “%(name)s”."),
}


@dataclass(frozen=True, slots=True)
class ContentProblem:
    """One fault: where it is (``steps[1].gap.max``), what it is, and the values its words need."""

    path: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The words before translation; give them and ``params`` to gettext."""
        return WORDS[self.code]

    def __str__(self) -> str:
        return f"{self.path or 'everything'}: {self.message % self.params}"


class ContentError(ValueError):
    """A protocol's content cannot be used; ``problems`` lists every fault that was found."""

    def __init__(self, problems: Sequence[ContentProblem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class LibraryError(ContentError):
    """A library contradicts itself or names what it does not define, and is not loaded."""

"""The planted bugs, each by what is wrong, where, and which words of the rule stand for which."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bug:
    """`changes`: module and function, the words that are right, and those that stand there instead."""

    what: str
    changes: tuple[tuple[str, str, str], ...]


def _bug(what: str, *change: str) -> Bug:
    return Bug(what, tuple(zip(change[::3], change[1::3], change[2::3], strict=True)))


RULES, OUTBOX, READY, SETTLE = "app.messages.rules", "app.messages.outbox", "app.messages.readiness", "app.messages.settling"
HOURS, PLANNER, DOUBT = "app.messages.sending_hours", "app.messages.planner", "app.messages.doubt"

BUGS = (
    _bug("what is not wanted any more is neither withdrawn nor asked about before it leaves", f"{READY}:_to_patient",
         "if kind is None or against is not None", "if kind is None",
         f"{PLANNER}:compare", "if message.state is MessageState.WAITING and", "if False and"),
    _bug("a change does not call back the mail that is on its way", f"{PLANNER}:plan_for_all",
         "doubt.call_back(Message.patient_id.in_(patient_ids))", "pass"),
    _bug("the dead are written to", f"{RULES}:gone", "if patient.deceased_on is not None", "if False"),
    _bug("invitations go without consent", f"{RULES}:_consent", "None if facts.recall_consent else Why.NO_CONSENT", "None",
         f"{RULES}:_consent", "if kind.message_class in facts.patient.stopped_classes", "if False"),
    _bug("a pause does not stop invitations and reminders", f"{RULES}:objection",
         "(_open_plan(wanted, facts) if kind.needs_open_plan else None)", "None"),
    _bug("who wants to be phoned is mailed", f"{RULES}:carrier_for", "CARRIERS.get(reach.channel)", "next(iter(CARRIERS.values()))"),
    _bug("a stopped class goes on by mail", f"{RULES}:carrier_for", " and not stopped", ""),
    _bug("quiet hours are not kept", f"{HOURS}:_quiet", "if opens > moment else None", "if False else None"),
    _bug("sending hours are read on the clinic's clock", f"{HOURS}:open_from", "facts.days.patient_zone, ", "facts.days.clinic_zone, "),
    _bug("one kind goes twice within twelve hours", f"{HOURS}:_same_kind", "if last is None or", "if True or"),
    _bug("an invitation does not yield to another mail", f"{HOURS}:_yields", "if sent or coming else None", "if False else None"),
    _bug("a message past its use still leaves", f"{READY}:_to_patient",
         "message.useful_until is not None and message.useful_until <= now", "False",
         f"{OUTBOX}:end_what_is_over", "in _over(now):", "in ():"),
    _bug("what a dead process had claimed is never freed", f"{OUTBOX}:recover", ".limit(AT_ONE_GO)", ".limit(0)"),
    _bug("the fence does not look whether the mail is still ours", f"{OUTBOX}:_still_ours",
         "Message.state == MessageState.CLAIMED, Message.owner == claimed.owner)", ")",
         f"{OUTBOX}:_still_ours", ", Message.lease_until > now", ""),
    _bug("the dot leaves without its mark", f"{OUTBOX}:_still_ours", "with durable(), transaction():",
         "return True\n    with durable(), transaction():"),
    _bug("who died at the dot sends again as if nothing had gone", f"{OUTBOX}:_free", "if message.fenced_at is None", "if True"),
    _bug("an invitation in doubt goes again", f"{DOUBT}:in_doubt", "message.message_class is not MessageClass.RECALL and ", ""),
    _bug("a mail in doubt goes again and again", f"{DOUBT}:in_doubt", "message.ambiguous_count == 0 and ", ""),
    _bug("a doubtful delivery is shown to nobody", f"{DOUBT}:in_doubt", "call_lines.look_at(TaskKind.DELIVERY_UNKNOWN, message, now, {})",
         "pass"),
    _bug("a lost reply counts as sent", f"{SETTLE}:_settle_ours", "doubt.in_doubt(message, now)",
         "_taken(message, MessageState.SENT, now)"),
    _bug("an address that does not exist is forgotten", f"{SETTLE}:_settle_ours", "suppress(message.address, outcome.text, now)", "pass"),
    _bug("an address that was refused is written to again", f"{RULES}:carrier_for", "is_suppressed(address)", "False"),
    _bug("a mail that cannot be delivered is shown to nobody", f"{SETTLE}:fail",
         'call_lines.look_at(task, message, now, {"why": why})', "pass"),
    _bug("nobody calls whom no mail reaches", f"{READY}:_by_phone", "call_lines.call_about(message, now, Why.BY_PHONE)", "pass"),
    _bug("care at home goes by mail however late", f"{READY}:_to_patient", "now > message.due_at + kind.mail_within", "False"),
    _bug("what is not wanted any more is left waiting", f"{PLANNER}:compare",
         "if message.state is MessageState.WAITING and", "if False and"),
    _bug("what is wanted is not written down", f"{PLANNER}:_insert", "if rows:", "if False:"),
    _bug("a withdrawn row says no reason", f"{PLANNER}:withdraw", "message.reason, message.settled_at = why, now",
         'message.reason, message.settled_at = "", now'),
    _bug("nobody is asked to care at home", "app.messages.kinds_after:_aftercare", "in _treated(facts)", "in ()"),
    _bug("a visit booked late has no reminder row", "app.messages.kinds_visits:_reminders_of",
         'return [_row(visit, Wanted("reminder_2", SUBJECT, 0), ended=Why.BOOKED_LATE) for visit in day.visits]', "return []"),
    _bug("a moved visit keeps the key of its old time", "app.messages.patient_facts:Visit.cycle", 'f"r{self.row.revision}"', '"r0"'),
    _bug("a change is told at once, without the grace", "app.messages.changes:open_set", "mail_after=now + grace", "mail_after=now"),
    _bug("mails that can be stopped do not say how", "app.messages.letter.frame:stop_headers", "if not stop_url", "if True"),
    _bug("a discreet reader gets full mails", "app.messages.letter.reader:patient_reader",
         "patient.detail is Detail.FULL and reach.may_read_all", "True"),
    _bug("a changed record plans nothing", "app.messages.actions:when_a_patient_changes", "planner.plan_for(patient.id, now)", "pass"),
    _bug("a pause keeps the visits it covers", "app.plans.health.holds:release_visits", "if fates:", "if False:"),
    _bug("a pause with a last day never ends", "app.plans.health.holds:those_over", "Hold.until_day < today_of(now)",
         "Hold.until_day < Hold.from_day"),
    _bug("visits of somebody who died stand", "app.plans.life:patient_died", "for visit in visits:", "for visit in ():"),
    _bug("a plan that is closed keeps its visits", "app.plans.life:close", "visits_of(plan.courses)", "[]"),
    _bug("the gap before a session is not kept", "app.schedule.limits:check_minimum", "for line in found:", "for line in ():"),
    _bug("a missed session is booked again too near to the one behind it", "app.schedule.limits:behind",
         "if later.n > session.n", "if False", "app.schedule.placing.windows:Chain.breaks", "return any(", "return False and any(",
         "app.schedule.placing.windows:Chain._before_those_booked", "if not behind:", "if True:"),
    _bug("a visit that is off keeps its places", "app.schedule.rows:free_claims", "[visit.id for visit in visits]", "[]"),
    _bug("nobody is asked about a review that is due", "app.schedule.flow:ask_for_reviews", "if due is not None", "if False"),
    _bug("a course has no row for the next session", "app.series.rows:_add_row", "course.sessions.append(", "print_nothing = ("),
)  # fmt: skip

"""Mail that really leaves: one message over SMTP, phase by phase up to the dot."""

from __future__ import annotations

import ssl
from threading import Lock
from time import monotonic

from app.messages.transports.base import Envelope, Fence, Outcome, OutcomeKind, Phase, Trouble
from app.messages.transports.signing import Signer
from app.messages.transports.smtp_greeting import MailServer, open_line
from app.messages.transports.smtp_letter import letter_for, signed
from app.messages.transports.smtp_line import SmtpLine, Timeouts, during
from app.messages.transports.smtp_replies import CLOSING, Over, verdict

ORDERLY_ENDS = {Phase.MAIL, Phase.RCPT, Phase.DATA, Phase.DOT}
"""Phases after whose clear answer the same line can carry the next message."""


class SmtpTransport:
    """Hands messages to one mail server, over lines that are kept for the next message.

    Threads may share it: each delivery has a line to itself.
    """

    keeps_mail_here = False

    def __init__(
        self,
        server: MailServer,
        *,
        timeouts: Timeouts | None = None,
        tls: ssl.SSLContext | None = None,
        signer: Signer | None = None,
    ) -> None:
        """`tls` replaces the machine's own list of trusted authorities; with a `signer` nothing leaves unsigned."""
        self.server = server
        self.signer = signer
        self.timeouts = timeouts or Timeouts()
        self._tls = tls
        self._idle: list[SmtpLine] = []
        self._lock = Lock()
        self.lines_opened = 0

    @property
    def name(self) -> str:
        """Where the mail goes, without user and password."""
        return str(self.server)

    def _trusted(self) -> ssl.SSLContext:
        # Verifies certificate and host name; SSL_CERT_FILE names a private authority.
        # Reading the machine's authorities takes longer than a whole delivery: only once.
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return self._tls

    def deliver(self, envelope: Envelope, fence: Fence) -> Outcome:
        """See `Transport.deliver`."""
        try:
            kept = self._idle_line()
            if kept is not None:
                outcome = self._hand_over(kept, envelope, fence)
                if not _went_stale(outcome):
                    return outcome
            return self._hand_over(self._new_line(), envelope, fence)
        except Over as over:
            return over.outcome

    def check(self) -> Outcome | None:
        """Sign, connect, encrypt and sign in without sending anything; None when all is well."""
        try:
            signed(b"", self.signer)
            self._new_line().goodbye()
        except Over as over:
            return over.outcome
        return None

    def close(self) -> None:
        """QUIT every line that waits for another message."""
        with self._lock:
            lines, self._idle = self._idle, []
        for line in lines:
            line.goodbye()

    def _new_line(self) -> SmtpLine:
        with self._lock:
            self.lines_opened += 1
        return open_line(self.server, self._trusted, self.timeouts)

    def _idle_line(self) -> SmtpLine | None:
        """A kept line that still answers; the ones that do not are put away."""
        while True:
            with self._lock:
                if not self._idle:
                    return None
                line = self._idle.pop()
            if line.is_warm:
                return line
            try:
                line.ask(Phase.RESET, "RSET")
            except Over:
                line.close()
            else:
                return line

    def _hand_over(self, line: SmtpLine, envelope: Envelope, fence: Fence) -> Outcome:
        reusable = False
        try:
            outcome = self._converse(line, envelope, fence)
            reusable = _ended_orderly(outcome) and not line.owes
            line.took_at = monotonic() if outcome.kind is OutcomeKind.ACCEPTED else None
            return outcome
        finally:
            if reusable:
                with self._lock:
                    self._idle.append(line)
            else:
                line.close()

    def _converse(self, line: SmtpLine, envelope: Envelope, fence: Fence) -> Outcome:
        """From MAIL to the answer to the dot."""
        try:
            letter = letter_for(envelope, line.esmtp_features, self.signer)
            line.command_encoding = letter.encoding
            line.ask_in_turn([(Phase.MAIL, f"MAIL {letter.mail}"), (Phase.RCPT, f"RCPT {letter.rcpt}"), (Phase.DATA, "DATA")])
            if not fence():
                return Outcome(OutcomeKind.FENCED_OFF, Phase.DATA, Trouble.NOT_OURS)
            return _send_body(line, letter.body)
        except Over as over:
            return over.outcome


def _send_body(line: SmtpLine, body: bytes) -> Outcome:
    """Body first, dot apart: only what breaks after the dot is in doubt."""
    with during(Phase.BODY):
        line.patience = line.timeouts.body
        line.send(body)
        interrupted = line.spoke_out_of_turn()
    if interrupted:
        # Full, refused or closing before the end; a "250" here cannot mean this message.
        return verdict(Phase.BODY, line.read_reply(Phase.BODY))
    with during(Phase.DOT):
        line.patience = line.timeouts.dot
        line.send(b".\r\n")
    return verdict(Phase.DOT, line.read_reply(Phase.DOT))


def _ended_orderly(outcome: Outcome) -> bool:
    return outcome.phase in ORDERLY_ENDS and outcome.code not in {None, CLOSING}


def _went_stale(outcome: Outcome) -> bool:
    """The server had enough of a kept line: that says nothing about the message."""
    lost_at_mail = outcome.phase is Phase.MAIL and outcome.kind is OutcomeKind.RETRY
    return lost_at_mail and outcome.code in {None, CLOSING}

"""What is too large to be taken is read to its end and thrown away as it comes, so that the browser hears why in words.

A server that hangs up in the middle leaves the browser with a broken connection; one that keeps everything fills the disk.
"""

from __future__ import annotations

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer, MultiSocketServer
from waitress.utilities import RequestEntityTooLarge

MOST_LISTENED_TO = 1024**3


class Parser(HTTPRequestParser):
    """Listens to a body that is too large; the page refuses it by the length that the head names, and finds none of it."""

    left = 0

    def received(self, data: bytes) -> int:
        """How many of these bytes belong to this request."""
        if self.left:
            heard = min(len(data), self.left)
            self.left -= heard
            self.completed = not self.left
            return heard
        consumed = int(super().received(data))
        too_large = isinstance(self.error, RequestEntityTooLarge) and not self.chunked
        if too_large and not self.expect_continue and self.content_length <= MOST_LISTENED_TO:
            self.left, self.completed, self.error, self.body_rcv = self.content_length, False, None, None
        return consumed


class Channel(HTTPChannel):
    """A browser's line to us."""

    parser_class = Parser


def say_it_in_words(server: MultiSocketServer | BaseWSGIServer) -> None:
    """Let every door of this server listen to the end."""
    doors = (server.map or {}).values() if isinstance(server, MultiSocketServer) else [server]
    for door in doors:
        if isinstance(door, BaseWSGIServer):
            door.channel_class = Channel

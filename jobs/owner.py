"""The name of this process, under which it takes work that only one may do."""

from __future__ import annotations

import os
import secrets

OWNER = f"{os.getpid()}-{secrets.token_hex(4)}"

"""The plan room: evaluation, findings and reports, holds, creating and changing plans, reviews."""

"""The clinic's verbs and pages. One room per feature; `planning` is the arithmetic of a series, pure."""

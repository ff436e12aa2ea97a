"""The evidence report: a static site that shows each fact with its claims and each claim in its article."""

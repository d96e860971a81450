"""Proof for outsiders: what is taken out of the log for an auditor, and what the operator checks before one comes."""

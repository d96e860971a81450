"""Keys at work: who can open what inside a running process.

``desk`` keeps parties' own key pairs (custody, M0); ``role_keys`` is one role's capability to open compartment keys,
and nothing of another role's; ``service`` founds and opens a cell; ``custodian`` makes and shares compartment keys for
the write side. Keys live in caches with a time limit, are masked in every repr, and are dropped together.
"""

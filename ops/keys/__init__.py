"""Keys at work: who can open what inside a running process.

``desk`` keeps parties' own key pairs (custody, M0); ``role_keys`` is one role's capability to open compartment keys,
and nothing of another role's; ``service`` founds and opens a cell; ``custodian`` makes and shares compartment keys for
the write side. ``vault`` is what all of it hangs from, ``fence`` lets no process keep a key of an epoch that is over,
and ``standing`` says how it all stands. Keys live in caches with a time limit, are masked in every repr, and are
dropped together.
"""

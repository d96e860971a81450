"""Whether the method was followed: the adherence rules P1 to P40, computed from facts alone (requirements.md, C).

Read in this order:

1. ``findings``: what can be found about a rule, and ``parameters``: the policy that a contract pins.
2. ``history``: what happened, as rules ask for it.
3. ``contracts``, ``sessions``, ``ethics`` and ``endings``: one small function for each rule, beside its seed phrase.
4. ``catalogue``: the table of all rules, and :func:`~domain.adherence.catalogue.findings`, which asks them all.
5. ``refusals``: which rule a refused command would have broken. ``publication``: the operator's next policy.

A rule never sees content: flags such as ``has_practised`` are what the author attests. What no record can tell isn't
computed: good conscience, neutrality in the room, true ambition, talk that was never recorded.
"""

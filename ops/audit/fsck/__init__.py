"""The whole store against the log: is every byte that the log vouches for the one that is there?

Read in this order: ``finding`` (what is told), ``record`` (events, parts, grants, heads, commands), ``tree`` (tiles and
checkpoints), ``views`` (built anew and compared), ``run`` (all of it, in one snapshot).
"""

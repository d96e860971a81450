"""The commands, by group; ``ops.cli`` puts them together and says in one line what went wrong.

``processes``: demo, serve, worker, migrate, token. ``views``: projections. ``keys``: what becomes of keys, by order of
the operator or by itself; ``holds``: legal holds and their escrow. ``backups``: backup, restore. What a command does
lies in the rooms below; here is how it is asked for and how it answers. ``setting`` is what they share.
"""

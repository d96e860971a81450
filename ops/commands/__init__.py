"""The commands, by group; ``ops.cli`` puts them together and says in one line what went wrong.

``processes``: demo, serve, worker, migrate, token. ``views``: projections. ``keys``: what becomes of keys, by order of
the operator or by itself; ``holds``: legal holds and their escrow; ``drills``: the proof that what is gone is gone.
``backups``: backup, restore. ``setting`` is what they share.

What a command does lies in the rooms beside; here is how it is asked for and how it answers.
"""

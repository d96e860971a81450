"""The drill: everything that was ever written is kept, keys are revoked, and then everything is tried (promise 3).

Read in this order: ``history`` (what an adversary who kept everything has), ``recorder`` and ``backups`` (how the drill
keeps it), ``kept_roots`` (the control: somebody who secretly kept the roots, too), ``adversary`` (what can be opened
with it), ``expected`` (what should open, from the record alone), ``remains`` (a search of the disk for raw keys),
``play`` (people who write and whose keys are revoked), ``drill`` (all of it in a scratch place), ``proof`` (one party's
revocation, shown on a cell that lives).
"""

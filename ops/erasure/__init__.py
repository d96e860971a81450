"""Erasure: how keys end for good, also in every backup, and how a restored database is brought back up to date.

Read in this order:

1. ``epochs``: the steps from one epoch to the next, and what a crash after each of them leaves; ``journal`` puts them
   on record.
2. ``eraser``: carries out what is due. ``orders``: what the operator wants gone now; ``trial`` tries out whether that
   can be done.
3. ``copies`` and ``copy_file``: what is kept of each epoch outside the database, because a backup's own pages are
   useless once a later root rules.
4. ``backup``, and ``recovery``, which is the whole of a restore: ``restore`` brings the keys forward, ``reconcile`` the
   record.
"""

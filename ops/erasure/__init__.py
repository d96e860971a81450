"""Erasure: how keys end for good, also in every backup, and how a restored database is brought back up to date.

Read: copies and copy_file (what is kept of each epoch outside the database, because a backup's own pages are useless
once a later root rules).
"""

"""Proof for outsiders: what is taken out of the log for an auditor, and what the operator checks before one comes.

Read in this order:

1. ``errors``: how it refuses. ``scope``: what a bundle of evidence is about, and which streams and events that is.
2. ``bundle``: the archive, byte by byte. ``members``: what is read into it, from the database and the log.
3. ``export``: from a question to a file, on record before the file is there.
4. ``structure``: every grant against the clause in force at its place. ``boundaries``: that, and every reader's keys
   against everything sealed, and the statement about both.
5. ``follow``: somebody else's look at a log, remembered from one time to the next.
6. ``fsck/``: the whole store against its log.

What is checked of a bundle, and how, is the verifier's affair alone (``crypto.verifier``).
"""

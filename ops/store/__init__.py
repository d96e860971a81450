"""The store: one append-only log per cell, in PostgreSQL, behind the event-sourcing library's recorder protocol.

Read in this order: rows (what goes in and out, and every error), migrations/versions (the tables and the functions
that writes), batch (commands as flat arrays), heads (where streams stand), appender (one round trip), committer (group
commit), recorder (reading, with every check), subscription (following); then tree (the sealed pages of keys, which only
move on), leases (which process may hold keys), agenda (which stream to look at when) and census (how many there are);
then connections and migrate.

Nothing here opens what is sealed: the store sees ciphertext, hashes and ids, and is given two functions, one that
hashes a leaf and one that authenticates a stream's head.
"""

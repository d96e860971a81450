"""The crypto room: how content is sealed, for whom, and how a record of it is made that outlives the content.

Read in this order: ``FORMAT.md`` (every byte, in numbered sections that the code cites), ``errors`` (the ways to
fail), ``encoding`` (length prefixes, padding, CBOR), ``part`` (one sealed piece of an event), ``party_keys`` (what a
person holds), ``grant`` (one compartment key for one party, under one slot), ``leaf`` (the log's record of an event),
``heads`` (how far a stream reaches), ``document`` (what a signer signs).

Then the key tree, bottom up: ``slots`` (the erasable keys), ``tree`` (pages of keys, pure), ``tombstones`` (what was
erased), ``ports`` (what it needs from outside), ``roots`` (a root key in two halves), ``anchor`` (tree and root must
agree), ``founding``, ``opened`` (pages in memory), ``places`` (room for new slots), ``scoped`` (one scope's keyring),
``switches`` (one epoch's change), ``keyring`` (the keyring over all that), ``history`` (what an adversary who kept
everything still opens). Then ``verifier`` (what an auditor runs without us) and ``log`` (the Merkle log, on top of it).
Last ``make_vectors`` and ``tree_vectors``: all of it once, with fixed numbers.

This room knows no database, no web, no event store and no domain: it takes bytes, UUIDs, numbers and short names, and
imports the standard library, ``cryptography`` and ``cbor2`` only. Only ``ops`` may import it. Randomness is
the operating system's; no function asks for the time.

What Python can't promise: ``bytes`` objects can't be wiped, so a key that was used stays in the process's memory until
the allocator reuses the page. Every ``repr`` of a secret is masked. All that this room keeps in memory are opened pages
of the tree (``opened``): ``bytearray``, within bounds, of one epoch, overwritten when they are dropped.
"""

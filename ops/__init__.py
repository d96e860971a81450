"""The outside world and the composition root.

Read in this order:

1. ``settings`` and ``wiring``: how a process is configured, and how the rooms are joined.
2. ``store/``: PostgreSQL as an append-only log. ``migrations/`` and ``embedded`` belong to it.
   ``identity/``: who asks.
3. ``mapper`` and ``openers``: between events and sealed bytes. ``keys/``: who can open what inside a process.
   ``reads``: putting reads on record. ``programmes``: opening what programmes tell.
4. ``database``, ``server`` and ``worker``: the two processes. ``erasure/``: how keys end, and how a restored database
   comes back. ``holds`` and ``escrow``: what is kept from erasure, and for whom. ``roots/``: where the root is kept
   and forgotten.
   ``audit/``: what is taken out of the log for outsiders, and checked before they come.
   ``press/``: setting documents, in a process for each.
   ``log/``: the transparency log while it runs; ``witness/``: a witness of somebody else's; ``locked_folder``: where
   each of them remembers what it signed.
5. ``cli`` and ``commands/``: how all of it is asked for. ``views``: building them anew.
6. ``reference/``: what the documentation says about the code, told by the code.
7. ``demo/``: an engagement, played and proved. ``drill/``: everything kept, everything tried. ``bench/``: figures, each
   against a peer.

This room looks at all others; nobody looks at it.
"""

"""The transparency log while it runs: tiles and checkpoints out of the events, signed, witnessed and stamped.

Events commit with their leaves, whatever happens here; nothing here is waited for by whoever writes. Read in this
order:

1. ``errors``: how it refuses. ``place``: how it is set. ``folder``: keys and the last signed checkpoint, outside the
   database.
2. ``signer``: signs what extends the last checkpoint, and nothing else.
3. ``tiles`` and ``rows``: tree and checkpoints as they are stored. ``announcing``: what the record says of the log's
   keys and time lines. ``publisher``: one step of the log; ``publishing``: the loop around it. ``lines``: what an
   operator does to the log on purpose.
4. ``book``: what the rest of the product asks of the log. ``serving``: what auditors ask over HTTP.
5. ``outside``: what those who sign besides have in common. ``policies``, ``asking`` and ``witnesses``: witnesses.
   ``stamps``: time stamps. Imported where they are set only.
"""

"""The transparency log while it runs: tiles and checkpoints out of the events, signed, witnessed and stamped.

Events commit with their leaves, whatever happens here; nothing here is waited for by whoever writes. Read in this
order:

1. ``errors``: how it refuses. ``folder``: keys and the last signed checkpoint, outside the database.
2. ``signer``: signs what extends the last checkpoint, and nothing else.
3. ``tiles`` and ``growth``: the tree as it is stored, and what new events add to it. ``publisher``: one step of the
   log, and the loop around it. ``announcing``: what the record says of the log's own keys and time lines.
4. ``book``: what the rest of the product asks of the log.
5. ``witnesses`` and ``stamps``: what others sign of it.
"""

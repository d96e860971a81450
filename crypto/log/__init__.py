"""The transparency log: the Merkle tree over all leaves of a cell, as tiles, and what is signed and proved of it.

What a verifier needs lies in ``crypto.verifier`` and is imported from there; here is what only whoever runs a log or a
witness needs. Read in this order: ``tiles`` (the tree as C2SP tlog-tiles keeps it, and proofs from it), ``subtrees``
(proofs about parts of trees), ``signing`` (signatures on notes), ``witnessing`` (what logs and witnesses say to each
other), ``proofs`` and ``receipts`` (evidence for one leaf, as text and in COSE).
"""

"""The offline verifier: what an auditor takes home, reads in one sitting, and runs without us.

It trusts two things: the policy that whoever runs it brings along (keys of the log and of witnesses, and a quorum),
and its own code. Everything else comes from a file that may have been made by an adversary, and is believed only as far
as it is proved. It imports the standard library and ``cryptography``, and nothing of the rest of Driehoek: the rest
imports from here, so that each rule is written once (docs/adr/0019).

Read in this order: ``plan`` (the thirteen steps), ``refused`` (how it says no), ``merkle`` (hashes and proofs),
``notes`` (signed notes and checkpoints), ``policy`` (whose signatures count), ``bundle`` (the file), ``formats``
(leaves and sealed parts), ``cbor``, ``record`` (what leaves say, and the rules that they keep), ``clause`` (who may be
given what), ``timestamps``; last ``__main__`` (the command).
"""

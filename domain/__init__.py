"""What may happen: the rules of a coaching engagement under a triangular contract. No I/O, no clock, no chance.

Read in this order:

1. ``vocabulary`` and ``clause``: the closed words, and the one function that decides who may read what.
2. ``facts`` and ``events``: an event's two halves, facts for decisions and parts for people; ``endings``: what is on
   record when a reading ends.
3. ``ledger`` and ``disposal``: the keys of a stream, and until when each of them serves whom.
4. ``stream``: what every aggregate shares. Then, each with events, state and decisions: ``engagement`` with ``intake``,
   ``parties``, ``document``, ``contract``, ``session``, ``reporting``, ``holds``, ``access`` and, by what the method
   asks, ``candidacy``, ``relationship``, ``conflicts``, ``coaching_request``, ``commitments``, ``experiments``,
   ``results``, ``limits``, ``concerns``, ``dealings``, ``waivers`` (all bound together in ``course``); ``practice``,
   ``programme``, ``personal``, ``principals`` with ``api_keys``, ``logins`` and ``passkeys``, ``keys``, ``logbook`` and
   ``audit``. ``erasure`` and ``disclosure`` are
   decisions about streams of several kinds.
5. ``decisions`` and ``policies``: commands, and who may give them.
6. ``application``: one action's path, from a command to recorded events, with ``loading`` before it and ``recording``
   behind it; ``ports`` names what it needs from outside.
7. ``statistics``: how a programme's people are counted, and ``releasing``: the quarters of a programme closed in order.
8. ``reads``: what is on record of looking, which no command does, and the tickets that open what was recorded.

This room looks at nobody. It doesn't know the crypto room: both meet in ``ports``, joined by ``ops``.
"""

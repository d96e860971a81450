"""What may happen: the rules of a coaching engagement under a triangular contract. No I/O, no clock, no chance.

Read in this order:

1. ``vocabulary`` and ``clause``: the closed words, and the one function that decides who may read what.
2. ``facts`` and ``events``: an event's two halves, facts for decisions and parts for people.
3. ``stream``: what every aggregate shares. Then ``engagement``, ``document``, ``contract``, ``session``, ``reporting``
   (bound together in ``course``), ``personal`` and ``principals``, each: events, state, decisions.
4. ``decisions`` and ``policies``: commands, and who may give them.
5. ``application``: one action's path, from a command to recorded events; ``ports`` names what it needs from outside.

This room looks at nobody. It doesn't know the crypto room: both meet in ``ports``, joined by ``ops``.
"""

"""The web room: parse, authenticate, authorise, answer. It decides nothing and stores nothing.

Read in this order:

1. ``backend``: what it stands on: the write side, the views, and who vouches for people.
2. ``problems``, ``refusing``, ``guard``, ``rates`` and ``turns``: every way in which a request is refused, before and
   after it is understood.
3. ``asking``: who asks, under which idempotency key, having seen which version. ``scopes``: what an API key may ask;
   ``browser``: whose session a browser sends; ``step_up``: which acts ask for a passkey.
4. ``recording``: reads go on record before they are answered; ``reading``: what the asker may see at this moment, and
   their story; ``programmes``: the same of programmes; ``documents``: files, whose hash goes on record, too.
   ``conditional``: what the asker has already; ``waiting``: writes that wait for the log.
5. ``pages``, ``values`` and ``bodies``: the shapes of requests. ``routes/``: one file per noun.
6. ``app``: all of it together.

This room looks at ``projections`` and ``domain``. It never sees a key.
"""

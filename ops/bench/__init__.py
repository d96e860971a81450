"""How fast the product is beside the plain library it stands on: ``make bench``.

The peer is the ``eventsourcing`` library used the ordinary way, with its own PostgreSQL recorder, its JSON mapper and
no cipher. Ours seals, hashes and signs everything it writes. Both run in one process against one embedded PostgreSQL
with fsync on, round about: a round of theirs, a round of ours, so that a slow moment of the machine hits both.

Read in this order: ``rounds`` (what a measurement is, the table), ``sample`` (the data that both sides write),
``ours`` and ``peer`` (the two sides), then what is measured: ``appends``, ``views``, ``reads``.

What the figures mean, and why some goals are missed: docs/explanation/performance.md.
"""

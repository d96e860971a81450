"""A witness: somebody else than the log, who saw every checkpoint extend the one before, and signs that (tlog-witness).

It knows neither the log's database nor its keys, and needs nothing of either: a folder, a name, and the public keys of
the logs that it watches. Run it where the log's operator has no say. Read in this order: ``errors``, ``witness`` (what
it checks, keeps and signs), ``app`` (the protocol over HTTP).
"""

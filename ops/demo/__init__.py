"""The demonstration: one engagement from a script, played by its people through the real HTTP API of a real server.

``script`` reads a script and turns its steps into requests; ``player`` sends them; ``thief`` searches what a thief of
the disk would hold; ``show`` prints; ``run`` puts it together.
"""

"""What the documentation says about the code, told by the code itself.

Read in this order:

1. ``asked``: every requirement, supplement and rule by its id.
2. ``citations``: where the sources name these ids. ``requirements``: the table of what keeps and what shows each.
3. ``carried``: which items of the matrix an event's content falls under. ``events``: the catalogue of all events.
4. ``matrix``: the confidentiality matrix and the compartments. ``rules``: the adherence rules and their parameters.
5. ``described``: what the API's description says. ``client``: the Python client's models and operations, made from it.
   ``typescript``: declarations, likewise.

``make reference`` writes the pages below ``docs/reference`` and the clients' files; tests compare them with what the
code says now.
"""

"""What the documentation says about the code, told by the code itself.

Read in this order:

1. ``asked``: every requirement, supplement and rule by its id.
2. ``citations``: where the sources name these ids. ``requirements``: the table of what keeps and what shows each.
3. ``carried``: which items of the matrix an event's content falls under. ``events``: the catalogue of all events.
4. ``matrix``: the confidentiality matrix and the compartments. ``rules``: the adherence rules and their parameters.

``make reference`` writes these pages below ``docs/reference``; a test compares them with what the code says now.
"""

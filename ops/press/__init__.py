"""Setting documents: ``press`` hands each to a process of its own, in which ``setter`` runs the typst compiler."""

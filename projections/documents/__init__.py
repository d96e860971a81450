"""Documents to keep: the contract, an amendment, a receipt, the coachee's export, as PDF in Dutch, French and English.

Read in this order:

1. ``sheet``: what a document is made of. Blocks of text; what people typed is data in them and never markup.
2. ``glyphs``: which characters can be shown, and how the others are.
3. ``words`` and ``values``: what documents say themselves, and names of the method's closed words.
4. ``told``: recorded content as blocks, whatever its shape; ``copy``: which copy it is, and for whom.
5. The documents: ``contract``, ``amendment``, ``receipt``, ``takeaway``.

The same events give the same bytes, whoever asks and when: times are those of the record. Setting type is left to a
:class:`~projections.documents.sheet.Press`; the one template is in ``templates``, the fonts are in ``fonts``.
"""

"""What people see: one file per question that somebody asks, each built with its own audience's keys only.

Read in this order:

1. ``locators``: what a view *is*, rows that say where sealed parts lie. No content, so nothing to leak or to shred.
2. ``building``: how views follow the log, batch by batch, resumable and rebuildable to the same bytes.
3. ``opened``, ``sections`` and ``secrecy``: parts opened in memory, folded into the pieces that several views share.
4. The questions: ``organisation_view``, ``manager_view``, ``coach_view``, ``coachee_view``, ``supervisor_timeline``,
   ``engagement_list``, ``programme_list``, ``access_log``, ``oversight_index``. The last four are ``lists``; all but
   parties' views go ``passing`` over reads.
5. ``reading``: one read, from locators to a folded view; ``timeline``: one page of the supervisors'; ``overseen``: an
   engagement's facts as an overseer opens them.
6. ``adherence``: findings as supervisors are told them; ``board``: their lists of engagements, coaches, what is due.
7. ``recorded``: views and timeline as the web is given them, where nothing opens before its read is on record.

This room looks at ``domain`` only. Keys come in as capabilities (``ports``), connections as arguments.
"""

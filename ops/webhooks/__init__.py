"""Webhooks: a person's changes, sent to where they want them.

Read in this order: addresses (who may be called), sending (one message on the wire), positions (the rows that say how
far each webhook has come), delivering (the thread that sends), serving (what the API shows).
"""

"""The live session: a socket's protocol (:mod:`.machine`, :mod:`.ws`) and the visit behind it (:mod:`.visits`).

A connection may come and go; the visit's runner stays, so a dropped line costs a reconnect and never a word.
"""

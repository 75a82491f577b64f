"""The shared vocabulary of a visit: frozen dataclasses, typed ids and words that several rooms look for; no behaviour.

The line that every visit travels, and the module that defines each station::

    AudioFrame → Word → Turn → Finding → NoteSentence → Note → CodeSuggestion → Submission
    audio        words  turns  findings  notes          notes  codes            submissions

Positions are integer samples at :data:`visit.audio.SAMPLE_RATE`; durations end in ``_ms`` or ``_s``.
"""

"""HL7 v2: signed notes as MDM messages over MLLP, for EHRs that take documents through an interface engine.

Source: HL7 Version 2.5.1, chapter 2 (control), 3 (PID, PV1) and 9 (medical records, TXA).
"""

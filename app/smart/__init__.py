"""SMART on FHIR: who we are to the EHR (client assertions), tokens of our own and of clinicians, launches.

Source: HL7 SMART App Launch 2.2 (app launch, client-confidential-asymmetric, backend-services, scopes).
"""

"""The EHR side: builds the FHIR R4 note, checks it before anything leaves, files it once, reads the chart.

document → preflight → client → filing; :mod:`app.ehr.sandbox` runs a local FHIR server to try it on.
"""

"""Single sign-on with OpenID Connect, beside local accounts: authorization code flow with PKCE.

Sources: OpenID Connect Core 1.0, Discovery 1.0, RP-Initiated Logout 1.0; RFC 7636 (PKCE), RFC 9207 (issuer in the
answer), RFC 9700 (OAuth 2.0 security best current practice).
"""

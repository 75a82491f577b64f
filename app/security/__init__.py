"""Keys, envelopes, passwords, tokens, the audit chain and who may do what. Nothing here touches the database."""

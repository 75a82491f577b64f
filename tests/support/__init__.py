"""What several tests share: deterministic engines and a server that can be killed."""

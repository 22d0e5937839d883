"""Nobody is left without an answer: the ledger, and every use case that crosses features."""

"""The ledger's records: the `Store` protocol and its engines."""

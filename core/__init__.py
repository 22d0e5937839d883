"""The ground both halves stand on: settings, errors, atomic files, the clock."""

"""What people send back: the Flask endpoint."""

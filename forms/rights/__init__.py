"""What people may do about the data kept on them: see, download, correct, withdraw, object, erase."""

"""The candidate's own page: where they stand, what comes next, what they were told."""

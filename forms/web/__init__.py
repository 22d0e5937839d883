"""What every page of the endpoint shares: forms, CSRF, headers, limits, error pages, logs."""

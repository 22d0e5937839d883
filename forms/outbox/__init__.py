"""Mail that is never lost: rows written with what caused them, sent by a worker."""

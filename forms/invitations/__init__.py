"""Where people switch invitations to refer someone off, and on again."""

"""What runs the method: the session, and what must be in place before there is one."""

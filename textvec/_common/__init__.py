"""What any room may use, and no user needs to know."""

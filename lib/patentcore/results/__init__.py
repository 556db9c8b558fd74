"""What is shown of a finished run."""

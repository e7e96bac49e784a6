"""What a person touches: the pages and the command line."""

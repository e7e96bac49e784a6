"""What sentences of a design document or a fix say, where it is certain; else nothing."""

"""What people read of a session: the report, the review page's timeline, a question's case, the debrief."""

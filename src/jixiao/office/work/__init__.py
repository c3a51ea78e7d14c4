"""Work that goes on by itself: jobs, schedules, imports, scores and messages to programs."""

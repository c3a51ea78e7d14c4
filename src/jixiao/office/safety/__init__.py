"""What is kept, erased, stopped, backed up, and the trail that every change leaves."""

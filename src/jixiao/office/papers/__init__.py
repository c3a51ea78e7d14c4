"""Reports as people handle them: drafted, judged, approved, released, contested and settled."""

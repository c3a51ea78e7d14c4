"""jixiao (绩效): from recorded performance data to explained, checked and approved reports."""

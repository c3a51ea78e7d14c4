"""Review cycles: who is asked about whom, their answers, ratings and calibration."""

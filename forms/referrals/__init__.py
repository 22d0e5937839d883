"""Referrals: a person who may want a job, or a hiring manager who may need someone."""

"""The fields in which a course's numbers and a patient's wishes are typed."""

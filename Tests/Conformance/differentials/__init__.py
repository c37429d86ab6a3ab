"""The cases of the differential test, and what compares their answers."""

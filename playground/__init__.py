"""Made-up worlds to try things in: an institution, and a stand-in for the platform."""

"""Links of a release as a network, and what can be measured on it."""

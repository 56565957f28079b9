"""From one planned window to all of its records."""

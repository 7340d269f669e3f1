"""Figures that can be compared: prompts on still pictures, tracking on clips."""

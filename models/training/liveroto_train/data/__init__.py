"""Pictures and label maps in; batches of simulated views and prompts out."""

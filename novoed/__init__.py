"""The door: the commands, the main job, and everything that prints."""

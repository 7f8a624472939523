"""The threads of a worker that send: lanes, and the watch that they heed."""

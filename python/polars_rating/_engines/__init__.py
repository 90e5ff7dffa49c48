"""The engines that compute: `choice` says which, `python` is the one in plain Python."""

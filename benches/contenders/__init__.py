"""The same scores computed in other ways, each as fast as that way gets."""

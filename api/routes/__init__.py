"""The resources, one file per noun. Each route turns a request into a command and an outcome into an answer."""

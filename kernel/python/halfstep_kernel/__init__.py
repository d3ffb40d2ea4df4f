"""The Halfstep kernel as a Python package: jars, and a way to start them."""

"""Commands that train the small models that travel with the package."""

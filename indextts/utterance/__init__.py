"""The data that flows through the pipeline, and the settings of a request."""

"""The tab in which a plan is edited."""

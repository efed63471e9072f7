"""The studio as a tool for assistants, over MCP: docs/api.md."""

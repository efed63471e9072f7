"""An engine that beeps: the example of docs/engines.md, held to the contract of all engines."""

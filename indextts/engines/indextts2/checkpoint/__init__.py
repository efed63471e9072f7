"""A published checkpoint on the disk: its folder, its conversion, its tensors, its networks in memory."""

"""Projects: what one holds, and the file by which it leaves and comes back."""

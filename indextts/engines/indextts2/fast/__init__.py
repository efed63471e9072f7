"""The networks as a CPU computes them fastest: layers laid out for oneDNN, in fewer bits, or compiled."""

"""The parts of ``python -m benchmarks.soak``: what a server has to bear for a long time, each against a real process."""

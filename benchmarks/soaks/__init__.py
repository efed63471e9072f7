"""The parts of ``python -m benchmarks.soak``: what a server has to bear, each against a process of its own."""

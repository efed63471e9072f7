"""Jobs while they run: the runner, the work at hand, its listeners, and what interrupts it."""

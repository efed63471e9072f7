"""English words: pronunciation, ARPAbet, and the sounds that a Mandarin voice makes of it."""

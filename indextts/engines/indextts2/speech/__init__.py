"""From a recording and tokens to a mel: who speaks, which codes are chosen, what becomes of them."""

"""The English network of the embedded voice: its teacher, its data, how it is trained and written into ``assets/``."""

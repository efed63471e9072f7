"""Every sentence for people, in English and Chinese."""

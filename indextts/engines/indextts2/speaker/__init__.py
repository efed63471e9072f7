"""What a recording says about its speaker, computed once and kept."""

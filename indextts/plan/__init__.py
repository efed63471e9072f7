"""What can be done to an utterance between text and sound: check, edit, keep versions, speak only what changed."""

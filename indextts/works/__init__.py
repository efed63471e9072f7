"""What a person makes and keeps: projects, and the jobs whose sound is kept on the disk."""

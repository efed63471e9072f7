"""Set-up and process control for ``start_app.sh``; its modules need the standard library alone, unless they say so."""

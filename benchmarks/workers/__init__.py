"""Programs that run in processes (and environments) of their own and answer one JSON line to each.

``{"say": text}`` → ``{"seconds", "duration_s"}``; with ``"wav": path`` the sound is kept. ``{"memory": true}`` →
``{"rss_bytes", "modules"}``. The first line that a worker writes is ``{"load_s"}``.
"""

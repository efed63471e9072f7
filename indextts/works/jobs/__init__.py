"""Jobs as callers see them: started, followed, paused, resumed and cancelled."""

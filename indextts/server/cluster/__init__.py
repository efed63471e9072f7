"""The same application over several processes and machines: a door takes each request and gives it to one of them.

:mod:`.door` knows nothing of Ray, nor does :mod:`.hosted`, which answers for one process; :mod:`.serving` puts both
on Ray Serve.
"""

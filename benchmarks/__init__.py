"""Measurements side by side with peers, in one run: absolute times are noise, ratios are not.

python -m benchmarks                   # everything; JSON and a table
python -m benchmarks --only voice resampling
python -m benchmarks --rounds 3 --json results.json
"""

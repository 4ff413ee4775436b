"""Reads what a sample client printed: ten closed candles of one minute at least, none missing, none twice, in order, all with the word SANDBOX.

    python3 whole.py FILE
"""
import datetime
import pathlib
import sys

lines = [line.split() for line in pathlib.Path(sys.argv[1]).read_text().splitlines()]
unmarked = [line for line in lines if line[-1] != "SANDBOX"]
times = [datetime.datetime.fromisoformat(line[0].replace("Z", "+00:00")) for line in lines if "closed" in line]
wrong = [f"{after} follows {before}" for before, after in zip(times, times[1:]) if after - before != datetime.timedelta(minutes=1)]
print(f"{len(times)} closed candles of {len(lines)} quotes; {wrong or 'none missing'}; {len(unmarked)} not marked")
sys.exit(0 if len(times) >= 10 and len(lines) > len(times) and not wrong and not unmarked else 1)

"""Takes a write lease on the file it is given, says so, and keeps it until it is killed. Node has no fcntl."""
import fcntl
import os
import signal
import sys

signal.signal(signal.SIGIO, signal.SIG_IGN)
file = os.open(sys.argv[1], os.O_RDWR)
fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
sys.stdout.write("held\n")
sys.stdout.flush()
while True:
    signal.pause()

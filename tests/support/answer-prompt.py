"""Runs a program on a terminal of its own and types a line when it asks: answer-prompt.py LINE PROGRAM [ARGUMENT…]"""

import os
import pty
import sys

line, program = sys.argv[1], sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(program[0], program)
said, answered = b"", False
while True:
    try:
        part = os.read(terminal, 4096)
    except OSError:  # it has ended
        part = b""
    if not part:
        break
    said += part
    if not answered and b":" in said:
        answered = True
        os.write(terminal, line.encode() + b"\n")
_, status = os.waitpid(child, 0)
sys.stderr.buffer.write(said)
sys.exit(os.waitstatus_to_exitcode(status))

"""Writes the outputs and figures of reading.md anew:   python docs/reading.py target/release/zonal   (from the top of the repository)"""
import re
import shlex
import subprocess
import sys

with open("docs/reading.md", encoding="utf-8") as file:
    text = re.sub(r"```text\n.*?```\n\n", "", file.read(), flags=re.S)


def filled(match):
    command = shlex.split(match.group(1))
    output = subprocess.run([sys.argv[1], *command[1:]], check=True, capture_output=True, text=True).stdout
    return f"```sh\n{match.group(1)}\n```\n\n```text\n{output}```\n"


with open("docs/reading.md", "w", encoding="utf-8") as file:
    file.write(re.sub(r"```sh\n(.*?)\n```\n", filled, text))

#!/usr/bin/env bash
# Convolutional kernels on 1,200 digits of MNIST: see docs/digits.md. Everything is written below target/digits.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
folder=target/digits
python=$folder/venv/bin/python
mkdir -p "$folder"

cargo build --release --quiet --example digits --target-dir target
if ! cmp --quiet "$here/requirements.txt" "$folder/venv/installed.txt"; then
    rm -rf "$folder/venv"
    python3 -m venv "$folder/venv"
    # The list is complete for what is used here; mlxtend's own list has pandas and matplotlib besides.
    "$python" -m pip install --quiet --disable-pip-version-check --no-deps --requirement "$here/requirements.txt"
    cp "$here/requirements.txt" "$folder/venv/installed.txt"
fi

"$python" "$here/prepare.py" "$folder"
start=$SECONDS
target/release/examples/digits "$folder" | tee "$folder/tables.txt"
echo "$((SECONDS - start)) s"
"$python" "$here/check.py" "$folder"

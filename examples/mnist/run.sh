#!/usr/bin/env bash
# Kernel ridge regression on 5,000 digits of MNIST, beside scikit-learn: see docs/mnist.md.
# ZONAL=program takes that program instead of building this one. Everything is written below target/mnist.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[[ -z ${ZONAL:-} ]] || ZONAL=$(realpath "$ZONAL")
cd "$here/../.."
folder=target/mnist
python=$folder/venv/bin/python
kernels=('ntk(2)' 'ntk(5)' 'nngp(5)' 'arccos(1)' 'laplace(1)')
mkdir -p "$folder"

if [[ -z ${ZONAL:-} ]]; then
    cargo build --release --quiet --target-dir target
    ZONAL=target/release/zonal
fi
if ! cmp --quiet "$here/requirements.txt" "$folder/venv/installed.txt"; then
    rm -rf "$folder/venv"
    python3 -m venv "$folder/venv"
    # The list is complete for what is used here; mlxtend's own list has pandas and matplotlib besides.
    "$python" -m pip install --quiet --disable-pip-version-check --no-deps --requirement "$here/requirements.txt"
    cp "$here/requirements.txt" "$folder/venv/installed.txt"
fi

"$python" "$here/prepare.py" "$folder"

names=()
for kernel in "${kernels[@]}"; do
    name=${kernel//[()]/}
    names+=("$name")
    start=$EPOCHREALTIME
    "$ZONAL" fit --classify --kernel "$kernel" --data "$folder/train_images.npy" --labels "$folder/train_labels.npy" \
        --model "$folder/$name.json" --format json --output "$folder/$name.fit.json"
    fitted=$EPOCHREALTIME
    "$ZONAL" predict --model "$folder/$name.json" --data "$folder/test_images.npy" --labels "$folder/test_labels.npy" \
        --output "$folder/$name.csv"
    end=$EPOCHREALTIME
    # EPOCHREALTIME has six decimals: microseconds without the point (or comma).
    printf '{"fit": %de-6, "predict": %de-6}\n' $((${fitted/[.,]/} - ${start/[.,]/})) $((${end/[.,]/} - ${fitted/[.,]/})) \
        > "$folder/$name.seconds.json"
done

"$python" "$here/check.py" "$folder"
"$python" "$here/peers.py" "$folder"
"$python" "$here/table.py" "$folder" "${names[@]}"
"$ZONAL" gram --kernel 'ntk(5)' --data "$folder/train_images.npy" --labels "$folder/train_labels.npy" --classify --top 20 \
    --report "$folder/gram.html" --output "$folder/gram.txt"
echo "ntk(5): $(grep alignment "$folder/gram.txt"); the figure is in $folder/gram.html"

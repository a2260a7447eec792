#!/bin/sh
# Starts what the container was asked to run, with the image's model in sight of the data folder: a volume hides what
# the image has there, and a copy would grow old when the image is renewed.
set -eu
models="$ROLLWITH_DATA_DIR/models"
mkdir -p "$models"
for model in /opt/model/models/*; do
    [ -e "$models/${model##*/}" ] || ln -sfn "$model" "$models/"
done
exec "$@"

#!/bin/sh
# Puts what the image was built with into its volume, where it is missing there, then becomes the server.
# usage: entrypoint.sh [options of start_app.sh]
set -eu
cd "$(dirname "$(readlink -f "$0")")/../.."

for part in downloads models numba; do # the newer image's sources go beside those of an older one
    mkdir -p "cache_hub/$part"
    for one in "built/$part"/*; do
        there="cache_hub/$part/${one##*/}"
        if [ -e "$one" ] && [ ! -e "$there" ]; then
            rm -rf "$there.part" && cp -R "$one" "$there.part" && mv "$there.part" "$there"
        fi
    done
done

exec ./start_app.sh --foreground "$@"

#!/bin/sh
# Builds the image without a container engine, and has it speak: as its own user, on a read-only root, without a network.
# usage: check.sh [--base FOLDER] [--volume HOST:CONTAINER:ro]…   (Debian, as root: apt-get install buildah debootstrap)
#   --base     a minimal Debian that debootstrap made; without it one is made
#   --volume   for the build alone: settings of pip and apt, where packages come from mirrors
set -eu
ROOT=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd -P)
WORK=${CHECK_WORK:-/tmp/indextts-check}
PORT=7860
HOME_IN=/opt/indextts-studio

base="" volumes=""
while [ $# -gt 0 ]; do
    case $1 in
        --base) base=$2 && shift 2 ;;
        --volume) volumes="$volumes --volume $2" && shift 2 ;;
        *) sed -n '2,5s/^# //p' "$0" >&2 && exit 2 ;;
    esac
done
[ "$(id -u)" = 0 ] || { echo "This needs root: it makes file systems and namespaces." >&2 && exit 1; }
for tool in buildah debootstrap unshare; do
    command -v $tool >/dev/null || { echo "$tool is missing: apt-get install buildah debootstrap util-linux" >&2 && exit 1; }
done
mkdir -p "$WORK"
store() { buildah --root "$WORK/storage" --runroot "$WORK/state" "$@"; }

if [ -z "$base" ]; then
    base=$WORK/base
    [ -e "$base/etc/debian_version" ] || debootstrap --variant=minbase bookworm "$base"
fi
if ! store inspect --type image localhost/debian-base >/dev/null 2>&1; then
    fresh=$(store from scratch)
    store add -q "$fresh" "$base" /
    store commit -q "$fresh" localhost/debian-base
    store rm "$fresh" >/dev/null
fi

echo "Building …"
# shellcheck disable=SC2086  # options
store build --isolation chroot --format docker --pull=never --build-arg BASE=localhost/debian-base $volumes \
    --tag localhost/indextts-studio --file "$ROOT/deploy/docker/Dockerfile" "$ROOT"

container=$(store from --pull=never localhost/indextts-studio)
tree=$(store mount "$container")
volume=$WORK/volume
rm -rf "$volume" && mkdir -p "$volume"
chown 10001:10001 "$volume"
trap 'store umount "$container" >/dev/null; store rm "$container" >/dev/null' EXIT

echo "Starting: user 10001, root read-only, an empty volume, no network …"
HEALTH=$(store inspect --type image --format '{{index .Docker.Config.Healthcheck.Test 3}}' localhost/indextts-studio)
HEALTH=".venv/bin/python -c \"$HEALTH\""
export tree volume PORT HOME_IN HEALTH
unshare --mount --net --pid --ipc --uts --fork --kill-child sh -eu "$ROOT/deploy/docker/inside.sh"
du -sh "$tree$HOME_IN" | sed 's/\s.*/ is what the image has beside the system./'
echo "The image builds, starts and speaks."

#!/bin/sh
# The second half of check.sh, in namespaces of its own: a read-only root, a volume, loopback alone.
set -eu
ip link set lo up
mount --make-rprivate /
mount --bind "$tree" "$tree"
mount -o remount,bind,ro "$tree"
mount -t proc proc "$tree/proc"
mount -t tmpfs -o mode=1777 tmpfs "$tree/tmp"
mount -t tmpfs -o mode=755 tmpfs "$tree/dev"
for node in null zero random urandom; do
    : >"$tree/dev/$node" && mount --bind "/dev/$node" "$tree/dev/$node"
done
mkdir -m 1777 "$tree/dev/shm" && mount -t tmpfs -o mode=1777 tmpfs "$tree/dev/shm"
mount --bind "$volume" "$tree$HOME_IN/cache_hub"

inside() { # becomes a program of the image, as its user, with no right to be had; call it in a subshell
    # shellcheck disable=SC2016  # the inner shell's own arguments
    exec chroot "$tree" /usr/bin/setpriv --reuid 10001 --regid 10001 --clear-groups --bounding-set=-all --no-new-privs \
        /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/bin HOME=/tmp INDEXTTS_KEYS=check:a-key-for-this-check-alone \
        sh -c 'cd "$0" && exec "$@"' "$HOME_IN" "$@"
}
ask() { # ask METHOD PATH [JSON]: the status, then the body's first bytes
    (inside .venv/bin/python - "$PORT" "$@") <<'END'
import http.client, sys
port, method, path, *body = sys.argv[1:]
connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=60)
headers = {"Content-Type": "application/json", "Authorization": "Bearer a-key-for-this-check-alone"}
try:
    connection.request(method, path, body[0].encode() if body else None, headers)
    answer = connection.getresponse()
    print(answer.status, answer.read()[:4])
except OSError as error:
    print(0, error)
END
}
wrong() {
    printf '%s\n' "$@" "The server's last lines:" >&2
    tail -n 30 "$volume/server.log" >&2
    exit 1
}

(inside sh -c 'touch a') 2>/dev/null && wrong "The root can be written."
inside deploy/docker/entrypoint.sh --host 0.0.0.0 >"$volume/server.log" 2>&1 &
server=$!
waited=0
until ask GET /readyz | grep -q '^200'; do
    kill -0 $server 2>/dev/null || wrong "It ended while it was starting."
    waited=$((waited + 1))
    [ $waited -lt 300 ] || wrong "It is not ready after five minutes."
    sleep 1
done
spoken=$(ask POST /v1/audio/speech '{"model":"tts-1","input":"你好，世界。Hello.","voice":"default","response_format":"wav"}')
[ "$spoken" = "200 b'RIFF'" ] || wrong "It does not speak: $spoken"
(inside sh -c "$HEALTH") || wrong "Its own health check fails."
grep -E '^(Uid|VmHWM|VmRSS|CapBnd|NoNewPrivs):' "$tree/proc/$server/status" | sed 's/^/  /'
kill -TERM $server
(sleep 10 && kill -KILL $server 2>/dev/null) &
status=0
wait $server || status=$?
[ $status = 0 ] || wrong "It did not end well within 10 s of SIGTERM: status $status."

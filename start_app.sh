#!/bin/sh
# Sets up what is missing, starts the studio in the background, and says where it is. See usage() below.
set -u

usage() {
    cat <<'END'
Usage: ./start_app.sh [start|stop|status|restart|logs|set-up|install-service|uninstall-service] [options]

  start     set up what is missing, start in the background, wait until ready (the default); what runs already and
            would be no other is left alone
  stop      end the instance on this port
  status    say whether it runs (exit 3 when it does not)
  restart   stop what runs in any case, then start; where only another port has one running, it says so and does nothing
  logs      the last lines of its log; with --follow, what comes after them too
  set-up    only set up what is missing
  install-service    let systemd run it from now on: for the machine, or with --user for you alone; --print only shows
                     the unit, --as NAME says which user it runs as
  uninstall-service  take that back; what it has made stays

  --port N              default 7860, or the configuration's; one instance a port
  --host H              default 127.0.0.1, or the configuration's
  --share               a public link through Gradio
  --foreground          stay in the foreground, for a service manager
  --config F            another configuration than configs/config.yaml
  --with A,B            also install PyTorch, which the engines indextts2, sambert need, and llm: a language model of
                        your own that decides the prosody; espeak: an engine for other languages (GPL);
                        resampy: a resampler beside soxr; otel: traces with OpenTelemetry; mcp: the studio as a tool
                        for assistants; wyoming: the announcement for Home Assistant; cluster: the clients
                        of PostgreSQL and S3, for several machines (docs/cluster.md)
  --help
END
}

bad_option() {
    printf '%s\n' "$1" "./start_app.sh --help shows what there is." >&2
    exit 2
}

HERE=$PWD
if [ -n "${INDEXTTS_CONFIG:-}" ] && [ -f "$HERE/$INDEXTTS_CONFIG" ]; then # as --config, from where one stands
    export INDEXTTS_CONFIG="$HERE/$INDEXTTS_CONFIG"
fi
ROOT=$(cd "$(dirname "$(readlink -f "$0")")" && pwd -P) || exit 1
. "$ROOT/scripts/setup.sh"
cd "$ROOT" || exit 1

requirements_of() { # the file that --with $1 installs: its line “# with:” names $1
    for file in requirements/*.txt; do
        case " $(sed -n 's/^# with: //p' "$file") " in *" $1 "*) printf '%s\n' "$file" && return ;; esac
    done
    return 1
}
all_extras() { sed -n 's/^# with: //p' requirements/*.txt | paste -sd ' ' - | sed 's/ /, /g'; }

command="" port="" host="" share="" foreground="" config="" with="" follow="" service=""
while [ $# -gt 0 ]; do
    option=$1
    case $option in
        --port=* | --host=* | --config=* | --with=* | --as=*)
            value=${option#*=}
            option=${option%%=*}
            ;;
        --port | --host | --config | --with | --as)
            [ $# -gt 1 ] || bad_option "$option needs a value."
            value=$2
            shift
            ;;
    esac
    case $option in
        start | stop | status | restart | logs | set-up | install-service | uninstall-service)
            [ -z "$command" ] || bad_option "One command at a time: $command or $option."
            command=$option
            ;;
        --port)
            case $value in '' | *[!0-9]* | ??????*) bad_option "--port takes a number from 1 to 65535, not “$value”." ;; esac
            [ "$value" -ge 1 ] && [ "$value" -le 65535 ] || bad_option "--port takes a number from 1 to 65535, not “$value”."
            port=$(expr "$value" + 0)
            ;;
        --host) [ -n "$value" ] || bad_option "--host needs a value." && host=$value ;;
        --config)
            [ -n "$value" ] || bad_option "--config needs a value."
            case $value in /*) config=$value ;; *) config=$HERE/$value ;; esac
            ;;
        --with)
            for part in $(printf '%s' "$value" | tr ',' ' '); do
                requirements_of "$part" >/dev/null || bad_option "--with does not know “$part”: it takes $(all_extras)."
                with="$with $part"
            done
            [ -n "$with" ] || bad_option "--with needs names: $(all_extras)."
            ;;
        --as)
            case $value in '' | *[!A-Za-z0-9_.-]*) bad_option "--as takes the name of a user, not “$value”." ;; esac
            service="$service --as $value"
            ;;
        --user | --print) service="$service $option" ;;
        --share) share=--share ;;
        --foreground) foreground=yes ;;
        --follow) follow=-F ;; # also over to the next file, when the log is set aside
        --help | -h) usage && exit 0 ;;
        *) bad_option "Unknown option or command: $option" ;;
    esac
    shift
done

case $command in install-service) ;; *) case $service in
    *--as* | *--print*) bad_option "--as and --print are install-service's." ;;
    *--user*) [ "$command" = uninstall-service ] || bad_option "--user is install-service's and uninstall-service's." ;;
esac ;; esac

instance() { "$PYTHON" -m indextts.ops.instance --run "$CACHE/run" "$@"; }

choose_address() { # what was not given comes from the configuration
    settings=${config:-${INDEXTTS_CONFIG:-configs/config.yaml}}
    [ -z "${config:-${INDEXTTS_CONFIG:-}}" ] || [ -f "$settings" ] \
        || die "There is no configuration file $settings. Check the path after --config, or \$INDEXTTS_CONFIG."
    address=$(instance address --config "$settings") || exit 1
    host=${host:-${address% *}}
    port=${port:-${address##* }}
    log="$CACHE/logs/$port.log"
}

prepare() { # packages, voice and caches; PYTHON is the studio's own then
    files=requirements.txt
    for part in $with; do
        extra=$(requirements_of "$part")
        case " $files " in *" $extra "*) ;; *) files="$files $extra" ;; esac
    done
    # shellcheck disable=SC2086  # file names
    set_up "$config" $files
    PYTHON=$PY
    for part in $with; do
        advice=$(sed -n "s/^# then $part: //p" "$(requirements_of "$part")")
        say "${advice:-What $part needs is installed; its voices come with: .venv/bin/python -m indextts models pull $part}"
    done
}

start() {
    prepare
    choose_address
    options="$share${config:+ --config $config}"
    if [ -z "$foreground" ] && [ "${command:-start}" = start ] \
        && instance same --port "$port" --host "$host" --options="$options" --config "$settings"; then
        return
    fi
    instance "${1:-clear}" --port "$port" --host "$host" --log "$log" || exit 1

    set -- "$PY" -m indextts serve --host "$host" --port "$port" $share ${config:+--config "$config"}
    if [ -n "$foreground" ]; then
        instance note --port "$port" --host "$host" --options="$options" --config "$settings" --pid $$ || exit 1
        exec 8>&-
        exec "$@"
    fi
    say "Starting …"
    child=""
    # An interrupt that comes before the watching has begun finds nobody else to end the server, and see it end.
    trap '[ -z "$child" ] || { kill "$child"; wait "$child"; } 2>/dev/null; exit 130' INT TERM HUP
    written=$(cat "$log" 2>/dev/null | wc -c)
    setsid nohup "$@" >>"$log" 2>&1 </dev/null 8>&- &
    child=$!
    # It notes the server down, waits until it is ready, and on failure shows the log and ends it.
    instance watch --port "$port" --host "$host" --options="$options" --config "$settings" --pid "$child" \
        --log "$log" --written "$written" || {
        status=$?
        { kill "$child"; wait "$child"; } 2>/dev/null
        exit $status
    }
    trap - INT TERM HUP
    instance status --port "$port"
}

service() { # install or uninstall, as the options that were given say
    [ -z "$share" ] || bad_option "A service has no --share: its address would be open at every start of the machine."
    any_python
    choose_address
    # shellcheck disable=SC2086  # options
    set -- "$1" --host "$host" --port "$port" ${config:+--config "$config"} $service
    "$PYTHON" -m indextts.ops.systemd check "$@" || case $? in 10) return 0 ;; *) exit 1 ;; esac
    [ "$1" = uninstall ] || prepare
    exec 8>&-
    "$PYTHON" -m indextts.ops.systemd "$@" || exit 1
}

stop() {
    instance end --port "$port" && say "Stopped." && return
    [ $? = 3 ] || exit 1
}

case ${command:-start} in
    start) start ;;
    set-up) prepare && say "Everything is set up." ;;
    install-service | uninstall-service) service "${command%-service}" ;;
    restart) start replace ;; # a start ends the running instance, after set-up, so that the gap is short
    *)
        any_python
        choose_address
        case $command in
            stop) stop ;;
            status) instance status --port "$port" ;;
            logs)
                [ -e "$log" ] || die "There is no log for port $port yet: $log"
                tail -n 200 $follow "$log"
                ;;
        esac
        ;;
esac

#!/bin/sh
# Sets up what the tests need, then runs ruff, mypy and pytest:
#   ./run_tests.sh            a test of every behaviour, as continuous integration does
#   ./run_tests.sh --fast     the quick ones, before a commit
#   ./run_tests.sh --night    every test (tests/tiers.py says which are which)
#   ./run_tests.sh [pytest's own arguments]
set -u

case "${1:-}" in
    "") set -- --tier full ;;
    --fast | --night) tier=${1#--} && shift && set -- --tier "$tier" "$@" ;;
esac

ROOT=$(cd "$(dirname "$(readlink -f "$0")")" && pwd -P) || exit 1
. "$ROOT/scripts/setup.sh"
cd "$ROOT" || exit 1

has_font() { command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh 2>/dev/null | head -n 1)" ]; }

is_there() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ]; }

has_flite() { "$PY" -c 'import ctypes; ctypes.CDLL("libflite_cmu_us_slt.so.1")' 2>/dev/null; }

has_epubcheck() { is_there java && [ -f "${EPUBCHECK_JAR:-/usr/share/java/epubcheck.jar}" ]; }

has_chromium() { is_there chromium-headless-shell || is_there chromium; }

install_tools() { # Debian's chromium, a font with Chinese characters, nginx and the other tools, where they are missing
    # By itself: not every system knows it, and a whole chromium does as well.
    if ! is_there chromium-headless-shell && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "Installing a browser for the tests (once) …"
        install_quietly chromium-headless-shell || is_there chromium || install_quietly chromium || true
    fi
    packages=""
    has_font || packages="fonts-noto-cjk fontconfig"
    is_there nginx && is_there openssl || packages="$packages nginx-light openssl"
    is_there logrotate || packages="$packages logrotate"
    is_there systemd-analyze || packages="$packages systemd"
    has_flite || packages="$packages libflite1"
    is_there node || packages="$packages nodejs"
    has_epubcheck || packages="$packages epubcheck"
    is_there speech-dispatcher || packages="$packages speech-dispatcher"
    if [ -n "$packages" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "Installing what the tests of browser and deployment need (once): $packages …"
        # shellcheck disable=SC2086  # names
        install_quietly $packages \
            || { say "apt could not install them; the last lines of $CACHE/logs/setup.log:"; tail -n 5 "$CACHE/logs/setup.log"; }
    fi
    if ! has_chromium; then
        left_out="MISSING: chromium, and so the browser tests (tests/browser) will fail.
          As root: apt-get install chromium-headless-shell fonts-noto-cjk"
    elif ! has_font; then
        left_out="NOTE: there is no font with Chinese characters here, so the browser tests' screenshots show boxes.
          As root: apt-get install fonts-noto-cjk"
    fi
    has_flite || left_out="${left_out:+$left_out
}MISSING: flite, which the tests of training ask for, and so they will fail. As root: apt-get install libflite1"
    is_there node || left_out="${left_out:+$left_out
}MISSING: node, and so the tests of the page's scripts (tests/js) will fail. As root: apt-get install nodejs"
    has_epubcheck || left_out="${left_out:+$left_out
}MISSING: epubcheck, and so the tests of books that are read along will fail. As root: apt-get install epubcheck"
    for tool in nginx logrotate systemd-analyze speech-dispatcher; do
        is_there $tool || left_out="${left_out:+$left_out
}MISSING: $tool, and so the tests with it will fail. As root: apt-get install its package"
    done
}

install_quietly() { # these packages; a service that comes with one is neither started now nor with the machine
    export DEBIAN_FRONTEND=noninteractive
    policy=/usr/sbin/policy-rc.d
    if [ -e $policy ]; then policy=""; else printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy; fi
    run_logged sh -c 'apt-get update && apt-get install -y --no-install-recommends "$@"' sh "$@"
    result=$?
    [ -z "$policy" ] || rm -f $policy
    case " $* " in *" nginx-light "*) systemctl disable nginx >/dev/null 2>&1 ;; esac
    return $result
}

install_postgres() { # Debian's PostgreSQL, without the service that its package would start
    if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1; then return; fi
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "Installing PostgreSQL for the tests of shared databases (once) …"
        export DEBIAN_FRONTEND=noninteractive
        # The package makes no cluster of its own, so that there is none to be started.
        run_logged sh -c 'apt-get update && apt-get install -y --no-install-recommends postgresql-common \
            && mkdir -p /etc/postgresql-common/createcluster.d \
            && echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/studio-tests.conf \
            && apt-get install -y --no-install-recommends postgresql' \
            || { say "apt could not install it; the last lines of $CACHE/logs/setup.log:"; tail -n 5 "$CACHE/logs/setup.log"; }
    fi
    if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
        left_out="$left_out
MISSING: PostgreSQL, and so the tests on it (tests/works) will fail.
          As root: apt-get install postgresql"
    fi
}

install_s3() { # an S3 server for the tests, in an environment of its own: its pins are not ours
    if [ -x "$CACHE/tests-s3/bin/moto_server" ]; then return; fi
    say "Installing an S3 server for the tests of stores (once) …"
    run_logged sh -c '"$1" -m venv "$2" && "$2/bin/python" -m pip install --no-compile --no-input -r tests/support/s3-server.txt' \
        sh "$PY" "$CACHE/tests-s3" || left_out="$left_out
MISSING: an S3 server, and so the tests of S3 stores (tests/works) will fail: see $CACHE/logs/setup.log."
}

left_out=""
WITHOUT_NATURAL=yes # the tests speak with small models of its kind
ray=requirements/ray.txt
[ -z "${INDEXTTS_TESTS_WITHOUT_RAY:-}" ] || ray=""
set_up "" requirements.txt requirements/torch.txt requirements/espeak.txt requirements/otel.txt requirements/mcp.txt \
    requirements/cluster.txt $ray requirements/test.txt
[ -n "$ray" ] || left_out="LEFT OUT: the cluster on Ray Serve (tests/deploy/test_ray.py), because INDEXTTS_TESTS_WITHOUT_RAY is set."
install_tools
[ "$(git rev-parse --is-shallow-repository 2>/dev/null)" = false ] || left_out="${left_out:+$left_out
}LEFT OUT: the tests of upgrades, because this clone has no history: git fetch --unshallow"
install_postgres
install_s3
exec 8>&-
[ -z "$left_out" ] || say "" "$left_out" ""

lint=0
say "ruff …" && "$PY" -m ruff check . && "$PY" -m ruff format --check . || lint=1
say "mypy …" && "$PY" -m mypy || lint=1
say "pytest …"
# Two files side by side. In the order of their names: files of few long tests would come last otherwise, and one
# process would wait for the other.
[ "$1" != --tier ] || set -- -n 2 --dist loadfile --no-loadscope-reorder "$@"
# All that the tests need was installed: what is missing now is a failure, not a test to be left out.
INDEXTTS_TESTS_WHOLE=1 "$PY" -m pytest "$@"
status=$?

[ -z "$left_out" ] || say "" "$left_out"
if [ $lint != 0 ]; then
    say "ruff or mypy found something: see above."
    [ $status != 0 ] || status=1
fi
exit $status

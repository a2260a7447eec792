#!/bin/sh
# Brings a browser and PostgreSQL for the tests where they are missing and may be had without asking:
# Playwright's own Chromium, else Debian's packages where we are root. Says what it does. Never fails: what cannot be
# had is skipped by the tests and named at the end of their run (and is a failure there under CI=true).
set -u

has() { command -v "$1" >/dev/null 2>&1; }

has_browser() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        has "$name" && return 0
    done
    for place in "${PLAYWRIGHT_BROWSERS_PATH:-${HOME:-}/.cache/ms-playwright}"/chromium* \
        "${HOME:-}"/Library/Caches/ms-playwright/chromium* \
        "/Applications/Google Chrome.app" /Applications/Chromium.app; do
        [ -d "$place" ] && return 0
    done
    return 1
}

has_postgres() {
    [ -n "${ROLLWITH_TEST_DATABASE_URL:-}" ] || { has initdb && has pg_ctl; } \
        || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}

updated=""
debian() {
    [ "$(id -u)" = 0 ] && has apt-get || return 1
    echo "== Installing Debian's package $1 for the tests"
    [ -n "$updated" ] || apt-get update -qq
    updated=yes
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >/dev/null
}

# In CI Debian's own comes first: it brings the libraries that Playwright's build needs from the system.
if ! has_browser && [ "${CI:-}" = true ]; then debian chromium; fi
if ! has_browser && [ -x .venv/bin/playwright ]; then
    echo "== Downloading a Chromium for the tests (Playwright's)"
    .venv/bin/playwright install --only-shell chromium || debian chromium
fi
has_postgres || debian postgresql
exit 0

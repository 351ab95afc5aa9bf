#!/bin/bash
# tests/web/unit.sh — The web client's tests that need no browser.
exec "$(dirname "${BASH_SOURCE[0]}")/../../nginx/www/test.sh"

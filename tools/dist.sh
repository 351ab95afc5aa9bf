#!/bin/bash
# tools/dist.sh [--check] — Writes what a release consists of to build/dist, from the commit that is checked out; docs/release.md tells when.
# --check: only whether there is such a commit, before anything is built. `make dist` builds the bill of materials between the two.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
version=$(<VERSION)
[ -z "$(git status --porcelain)" ] || { echo "error: the folder has changes that no commit has; a release is made of a commit" >&2; exit 1; }
tag=$(git describe --exact-match --tags HEAD 2>/dev/null || true)
[ "$tag" = "v$version" ] || echo "note: this commit does not bear the tag v$version" >&2
[ "${1:-}" != --check ] || exit 0

out=build/dist
rm -rf "$out" && mkdir -p "$out"
# The same bytes whoever makes it: git's order and times, and no time of gzip's.
git archive --format=tar --prefix="billet-$version/" HEAD | gzip -9n >"$out/billet-$version.tar.gz"
cp build/sbom.cdx.json "$out/billet-$version.cdx.json"
(cd "$out" && sha256sum billet-* >SHA256SUMS && cat SHA256SUMS)

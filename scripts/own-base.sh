#!/usr/bin/env bash
# An image of Debian's packages with Python and without pip, to build on where no hub is reachable: own-base.sh bookworm|trixie REFERENCE
set -euo pipefail
suite=$1 reference=$2
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
debootstrap --variant=minbase --include=python3 "$suite" "$root"
rm -rf "$root"/var/cache/apt "$root"/var/lib/apt/lists "$root"/usr/share/{doc,man,locale}
# This machine's certificates, for pip inside of a build; Debian's package of them would replace a file at the usual place.
cp /etc/ssl/certs/ca-certificates.crt "$root"/etc/machine-ca.crt
tar -C "$root" -c . | docker import -c 'ENV PIP_CERT=/etc/machine-ca.crt' - "$reference"

#!/usr/bin/env bash
# A stand-in for python:3.11.0-slim-bullseye from Debian's packages: Debian 12 has Python 3.11.
set -euo pipefail
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
debootstrap --variant=minbase --include=python3,python3-pip,ca-certificates bookworm "$root"
rm -rf "$root"/usr/lib/python3.11/EXTERNALLY-MANAGED "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
cp /etc/ssl/certs/ca-certificates.crt "$root"/etc/ssl/certs/ca-certificates.crt
if [ -f /etc/pip.conf ]; then cp /etc/pip.conf "$root"/etc/pip.conf; fi
tar -C "$root" -c . | docker import -c 'ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt' - python:3.11.0-slim-bullseye

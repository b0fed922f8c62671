#!/usr/bin/env bash
# Makes the certificates anew, for a hundred years: an authority, a server's, and one that nobody vouches for.
set -euo pipefail
cd "$(dirname "$0")"
new=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500)
names=subjectAltName=DNS:localhost,DNS:receiver.example,DNS:*.receiver.example,IP:127.0.0.1,IP:::1
openssl req -x509 "${new[@]}" -keyout ca-key.pem -out ca.pem -subj '/CN=Tideline test authority' -addext basicConstraints=critical,CA:true
openssl req "${new[@]}" -keyout server-key.pem -out server.csr -subj /CN=localhost
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca-key.pem -days 36500 -out server.pem -extfile <(printf '%s' "$names")
openssl req -x509 "${new[@]}" -keyout untrusted-key.pem -out untrusted.pem -subj /CN=localhost -addext "$names"
rm server.csr ca-key.pem ca.srl 2>/dev/null || true

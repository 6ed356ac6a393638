#!/bin/sh
# SPDX-License-Identifier: MIT
# nginx.sh tls|h2c <port>: runs nginx on 127.0.0.1 in the folder of the run, as a service of a fixture.
#   tls  HTTPS for good.localhost, and for the hosts that are named after what is wrong with their certificate;
#        all certificates are made here and now
#   h2c  HTTP/2 without TLS, for clients that know so beforehand
set -eu
mode=$1 port=$2
folder=$APITEST_RUN_DIR/nginx-$mode
mkdir -p "$folder/files" "$folder/tmp"
cd "$folder"

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }

# certificate <name> <host> <days>: signed by our CA
certificate() {
  key "$1"
  printf 'subjectAltName=DNS:%s\n' "$2" >"$1.ext"
  openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days "$3" -extfile "$1.ext" -out "$1.pem"
}

# self_signed <name> <host>
self_signed() {
  key "$1"
  openssl req -x509 -new -key "$1.key" -days 2 -subj "/CN=$1" -addext "subjectAltName=DNS:$2" -out "$1.pem"
}

# host <name> <directives>
host() {
  cat <<END
  server {
    listen 127.0.0.1:$port ssl http2;
    server_name $1.localhost;
    ssl_certificate $1.pem;
    ssl_certificate_key $1.key;
    include locations;
    $2
  }
END
}

hosts() {
  case $mode in
    tls)
      host good 'error_page 497 =200 /health;' # the fixture asks without TLS whether we are ready
      host expired ''
      host wrong-host ''
      host self-signed ''
      host mutual 'ssl_client_certificate ca.pem; ssl_verify_client on;'
      ;;
    h2c) echo "server { listen 127.0.0.1:$port http2; include locations; }" ;;
  esac
}

if [ "$mode" = tls ]; then
  key ca
  openssl req -x509 -new -key ca.key -days 2 -subj '/CN=ApiTest test CA' -out ca.pem
  certificate good good.localhost,DNS:localhost 2 # a proxy knows no good.localhost
  certificate expired expired.localhost -1
  certificate wrong-host another.localhost 2
  certificate mutual mutual.localhost 2
  certificate client client.localhost 2
  self_signed self-signed self-signed.localhost
  self_signed stranger stranger.localhost
fi

cat >locations <<'END'
location = /health { return 200 "ok"; }
location = /tls {
  default_type application/json;
  return 200 '{"protocol": "$server_protocol", "reused": "$ssl_session_reused", "client": "$ssl_client_s_dn"}';
}
location /files/ { root .; dav_methods PUT DELETE; }
END
# One process, which is the service itself: the agent stops it, and it runs as whoever started the tests.
cat >nginx.conf <<END
daemon off;
master_process off;
pid nginx.pid;
error_log stderr warn;
events { worker_connections 256; }
http {
  access_log off;
  client_max_body_size 100m;
  client_body_temp_path tmp/body;
  proxy_temp_path tmp/proxy;
  fastcgi_temp_path tmp/fastcgi;
  uwsgi_temp_path tmp/uwsgi;
  scgi_temp_path tmp/scgi;
  ssl_session_cache builtin:100;
$(hosts)
}
END
PATH=$PATH:/usr/sbin exec nginx -e stderr -p "$folder" -c nginx.conf

#!/bin/sh
# SPDX-License-Identifier: MIT
# server.sh postgres|mariadb <port> <folder>: runs a database server on 127.0.0.1, as a service of a fixture. Its data
# are made here and now in the folder, and go with it.
# Environment: POSTGRES_PROGRAMS, the folder of initdb and postgres.
set -eu
server=$1 port=$2 data=$3/$server-$2
umask 077
mkdir -p "$3"

# What a server that was killed has left; a folder is locked as long as its server runs.
for lock in "$3/$server"-*.lock; do
  [ -e "$lock" ] && flock --nonblock "$lock" rm -rf "${lock%.lock}" "$lock"
done
exec 9>"$data.lock"
flock --nonblock 9
mkdir "$data"

# PostgreSQL refuses root. Another user may not enter the folders above: root lends the right to.
as_other() {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid=nobody --regid=nogroup --clear-groups --inh-caps=+dac_override --ambient-caps=+dac_override \
      --pdeathsig KILL "$@"
  else
    "$@"
  fi
}

postgres() {
  [ "$(id -u)" != 0 ] || chown nobody "$data"
  as_other "$POSTGRES_PROGRAMS/initdb" --pgdata="$data/data" --username=apitest --auth=trust --no-sync --encoding=UTF8 \
    --locale=C >"$data/initdb.log" 2>&1 || { tail -n 20 "$data/initdb.log" && return 1; }
  as_other "$POSTGRES_PROGRAMS/postgres" -D "$data/data" -p "$port" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories= -c fsync=off -c shared_buffers=4MB
}

mariadb() {
  options="--no-defaults --user=$(id -un) --datadir=$data/data --skip-name-resolve --innodb-flush-method=nosync
    --innodb-log-file-size=4M --aria-log-file-size=8M"
  # shellcheck disable=SC2086 # words on purpose
  mariadb-install-db $options --skip-test-db >"$data/install.log" 2>&1 ||
    { tail -n 20 "$data/install.log" && return 1; }
  cat >"$data/init.sql" <<'END'
create database shop character set utf8mb4;
create user apitest@127.0.0.1;
grant all on shop.* to apitest@127.0.0.1;
create user secretive@127.0.0.1 identified by 'word-of-the-shop';
grant all on shop.* to secretive@127.0.0.1;
END
  # shellcheck disable=SC2086
  mariadbd $options --port="$port" --bind-address=127.0.0.1 --socket="$data/socket" --pid-file="$data/pid" \
    --innodb-buffer-pool-size=8M --init-file="$data/init.sql"
}

# The agent's signal reaches the server too, which is of the same group; this shell stays to clear up.
trap : INT TERM
PATH=$PATH:/usr/sbin
"$server" &
child=$!
wait $child || true
wait $child || true # the first one ends with the signal
rm -rf "$data" "$data.lock"

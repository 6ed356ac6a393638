#!/bin/sh
# SPDX-License-Identifier: MIT
# tinyproxy.sh <port>: runs tinyproxy on 127.0.0.1 in the folder of the run, as a service of a fixture.
set -eu
folder=$APITEST_RUN_DIR/tinyproxy
mkdir -p "$folder"
cat >"$folder/tinyproxy.conf" <<END
Port $1
Listen 127.0.0.1
Allow 127.0.0.1
MaxClients 50
LogLevel Connect
END
exec tinyproxy -d -c "$folder/tinyproxy.conf"

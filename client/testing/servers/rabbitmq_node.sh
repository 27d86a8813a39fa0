#!/bin/sh
# Keeps a RabbitMQ for as long as its own standard input is open: whatever becomes of the test that
# holds the other end, the node and its folder go with it.
#
#   rabbitmq_node.sh FOLDER EPMD_PORT
#
# It leads a process group of its own, in which all processes of the node are.
folder=$1

# Certificates: an authority with two children, and an authority that nobody here trusts.
authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
    -subj "/CN=$1" -keyout "$1.key" -out "$1.pem"
}
signed() { # NAME COMMON_NAME
  echo "subjectAltName=DNS:$2,IP:127.0.0.1" >"$1.ext"
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -subj "/CN=$2" -keyout "$1.key" -out "$1.csr" &&
    openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
      -extfile "$1.ext" -out "$1.pem"
}
mkdir "$folder/tls" && cd "$folder/tls" || exit 1
{ authority ca && authority stranger-ca && signed server localhost && signed client guest; } ||
  exit 1
cd "$folder" || exit 1

epmd -port "$2" -address 127.0.0.1 </dev/null &
epmd=$!
/usr/lib/rabbitmq/bin/rabbitmq-server </dev/null &
server=$!

read -r _
kill -KILL "$server" "$epmd"
wait
cd / && rm -rf "$folder"
kill -KILL 0

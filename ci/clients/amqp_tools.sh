# amqp-tools, the programs of rabbitmq-c, as people use them in shells.
set -eu
queue=$(amqp-declare-queue --url "$AMQP_URL" --queue jobs --durable)
[ "$queue" = jobs ]
amqp-publish --url "$AMQP_URL" --routing-key jobs --body "first" --persistent
printf 'a\nb\n' | amqp-publish --url "$AMQP_URL" --routing-key jobs --line-buffered
[ "$(amqp-get --url "$AMQP_URL" --queue jobs)" = first ]
# Two messages, and then it ends.
[ "$(amqp-consume --url "$AMQP_URL" --queue jobs --count 2 cat | tr -d '\n')" = ab ]
if amqp-get --url "$AMQP_URL" --queue jobs; then
  echo "the queue should be empty" >&2
  exit 1
fi
if amqp-get --url "$AMQP_URL" --queue nowhere 2>/dev/null; then
  echo "there is no such queue" >&2
  exit 1
fi
amqp-delete-queue --url "$AMQP_URL" --queue jobs
echo "all of it works"

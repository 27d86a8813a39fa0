"""Nothing is lost: the confirm is late. oslo.messaging waits for it no longer than for an answer, takes the
connection for broken, and publishes the same bytes again."""

from oslo_processes import play

play(["bank-1", "bank-2"], timeout=2)

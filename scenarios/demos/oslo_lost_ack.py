"""A bank acknowledges the request before it pays, and the ack is lost with the connection. So the broker gives
the request to the other bank."""

from oslo_processes import play

play(["bank-1", "bank-2"])

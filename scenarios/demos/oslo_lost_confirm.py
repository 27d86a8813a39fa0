"""The broker has the request, and its confirm is lost with the connection. So oslo.messaging publishes the same
bytes again; the other bank has never seen them."""

from oslo_processes import play

play(["bank-1", "bank-2"])

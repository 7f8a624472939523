"""The threads of a worker that send: senders, and the send gate that they ask."""
